use std::ops::Range;

/// Lists of values by number, one after the other in one piece of memory: documents have thousands of short ones.
#[derive(Clone, Debug, PartialEq)]
pub struct Lists<T> {
    values: Vec<T>,
    /// Where each list ends.
    ends: Vec<u32>,
}

impl<T> Default for Lists<T> {
    fn default() -> Self {
        Lists { values: Vec::new(), ends: Vec::new() }
    }
}

impl<T> Lists<T> {
    /// None yet, with room for so many lists.
    pub fn with_capacity(lists: usize) -> Self {
        Lists { values: Vec::new(), ends: Vec::with_capacity(lists) }
    }

    /// Adds a list.
    pub fn push(&mut self, values: impl IntoIterator<Item = T>) {
        self.values.extend(values);
        self.ends.push(self.values.len() as u32);
    }

    /// How many lists there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The lists in order.
    pub fn iter(&self) -> impl Iterator<Item = &[T]> {
        (0..self.len()).map(|list| self.of(list))
    }

    /// The values of a list; none where there is no such list.
    pub fn of(&self, list: usize) -> &[T] {
        &self.values[self.range(list)]
    }

    fn range(&self, list: usize) -> Range<usize> {
        let end = |list: usize| self.ends.get(list).map_or(self.values.len(), |end| *end as usize);
        let start = if list == 0 { 0 } else { end(list - 1) };
        start..end(list)
    }
}

impl<T: Copy + Default> Lists<T> {
    /// So many lists, of values given with the number of their list. They keep their order; `values` is asked for twice.
    pub fn sorted<I: Iterator<Item = (u32, T)>>(lists: usize, values: impl Fn() -> I) -> Self {
        let mut ends = vec![0u32; lists + 1];
        values().for_each(|(list, _)| ends[list as usize + 1] += 1);
        let mut sum = 0;
        for end in &mut ends {
            sum += *end;
            *end = sum;
        }
        let mut sorted = vec![T::default(); sum as usize];
        for (list, value) in values() {
            let next = &mut ends[list as usize];
            sorted[*next as usize] = value;
            *next += 1;
        }
        ends.pop();
        Lists { values: sorted, ends }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_the_number_of_their_list() {
        let values = [(2, 'a'), (0, 'b'), (2, 'c')];
        let sorted = Lists::sorted(4, || values.into_iter());
        assert_eq!(sorted.iter().collect::<Vec<_>>(), [&['b'][..], &[], &['a', 'c'], &[]]);
        let mut pushed = Lists::with_capacity(4);
        for list in [&['b'][..], &[], &['a', 'c'], &[]] {
            pushed.push(list.iter().copied());
        }
        assert_eq!(pushed, sorted);
        assert_eq!((sorted.of(2), sorted.of(9), sorted.len()), (&['a', 'c'][..], &[][..], 4));
        assert!(Lists::<u8>::default().is_empty());
    }
}
