use crate::model::{Bead, Span};

/// Beads between segments that were cut, or joined again: by the places of the segments as they are now. A bead has all that became of
/// its segments; those that have come to share one are one bead.
///
/// ```
/// use korpu::decide::recut;
/// use korpu::model::{Bead, Span};
/// let spans = |ends: &[(u32, u32)]| ends.iter().copied().map(Span::from).collect::<Vec<_>>();
/// let bead = |source: &[u32], target: &[u32]| Bead { source: source.into(), target: target.into(), score: 0.0, confidence: 0.5 };
/// let (whole, halves, other) = (spans(&[(0, 9), (10, 20)]), spans(&[(0, 4), (5, 9), (10, 20)]), spans(&[(0, 8), (9, 19)]));
/// let beads = [bead(&[0], &[0]), bead(&[1], &[1])];
/// let cut = [bead(&[0, 1], &[0]), bead(&[2], &[1])];
/// assert_eq!(recut(&beads, [&whole, &other], [&halves, &other]), cut);
/// let parted = [bead(&[0], &[0]), bead(&[1], &[1]), bead(&[2], &[])];
/// assert_eq!(recut(&parted, [&halves, &other], [&whole, &other]), [bead(&[0], &[0, 1]), bead(&[1], &[])]);
/// ```
pub fn recut(beads: &[Bead], from: [&[Span]; 2], to: [&[Span]; 2]) -> Vec<Bead> {
    let sides = |bead: &Bead| [became(&bead.source, from[0], to[0]), became(&bead.target, from[1], to[1])];
    let mut out: Vec<Bead> = Vec::with_capacity(beads.len());
    // By segment, the bead that has it.
    let mut owner = [vec![None; to[0].len()], vec![None; to[1].len()]];
    for bead in beads {
        let [source, target] = sides(bead);
        let mut of: Vec<usize> = source.iter().filter_map(|n| owner[0][*n as usize]).collect();
        of.extend(target.iter().filter_map(|n| owner[1][*n as usize]));
        of.sort_unstable();
        of.dedup();
        let mut whole = Bead { source, target, ..bead.clone() };
        // The first of those that share a segment takes in the others, which are left empty.
        for other in &of {
            let other = std::mem::replace(&mut out[*other], Bead { source: vec![], target: vec![], ..bead.clone() });
            whole.source.extend(other.source);
            whole.target.extend(other.target);
            whole.score = whole.score.min(other.score);
            whole.confidence = whole.confidence.min(other.confidence);
        }
        for side in [&mut whole.source, &mut whole.target] {
            side.sort_unstable();
            side.dedup();
        }
        let place = of.first().copied().unwrap_or(out.len());
        whole.source.iter().for_each(|n| owner[0][*n as usize] = Some(place));
        whole.target.iter().for_each(|n| owner[1][*n as usize] = Some(place));
        match of.is_empty() {
            true => out.push(whole),
            false => out[place] = whole,
        }
    }
    out.retain(|bead| !bead.source.is_empty() || !bead.target.is_empty());
    out
}

/// The places of the segments that have something of these.
fn became(places: &[u32], from: &[Span], to: &[Span]) -> Vec<u32> {
    let mut out = Vec::with_capacity(places.len());
    for span in places.iter().filter_map(|n| from.get(*n as usize)) {
        let first = to.partition_point(|s| s.end <= span.start);
        out.extend((first..to.len()).take_while(|n| to[*n].start < span.end).map(|n| n as u32));
    }
    out.dedup();
    out
}
