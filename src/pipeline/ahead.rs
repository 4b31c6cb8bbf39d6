use crate::import::Item;
use crate::model::{Remark, Said};
use std::sync::mpsc;
use std::thread;

/// So many items are handed over at once, or fewer where they hold more text: a thread is woken for each handful.
const ITEMS: usize = 512;

/// So many bytes of text are handed over at once, and the item that exceeds them.
const BYTES: usize = 1 << 18;

/// So many handfuls wait.
const WAITING: usize = 2;

/// Reads on a thread of its own, a little ahead of whoever takes the items, by the handful and in their order. Where not all are
/// taken, no more are read than were on their way.
pub(super) fn ahead<T>(
    items: impl Iterator<Item = Item> + Send,
    take: impl FnOnce(&mut dyn Iterator<Item = Vec<Item>>) -> T,
) -> T {
    thread::scope(|scope| {
        let (send, receive) = mpsc::sync_channel(WAITING);
        scope.spawn(move || {
            let (mut handful, mut bytes) = (Vec::with_capacity(ITEMS), 0usize);
            for item in items {
                bytes = bytes.saturating_add(size(&item));
                handful.push(item);
                if handful.len() >= ITEMS || bytes >= BYTES {
                    bytes = 0;
                    if send.send(std::mem::replace(&mut handful, Vec::with_capacity(ITEMS))).is_err() {
                        return;
                    }
                }
            }
            // Nobody may want the last ones, either.
            send.send(handful).unwrap_or_default();
        });
        take(&mut receive.into_iter())
    })
}

/// About how many bytes of text an item holds. A part is a document, and waits alone.
fn size(item: &Item) -> usize {
    let said = |said: &Said| -> usize {
        let remark = |remark: &Remark| match remark {
            Remark::Prop(kind, value) => kind.len().saturating_add(value.len()),
            Remark::Note(text) => text.len(),
        };
        let attributes = said.attributes.iter().map(|(name, value)| name.len().saturating_add(value.len()));
        attributes.chain(said.remarks.iter().map(remark)).sum()
    };
    match item {
        Item::Unit(unit) => {
            let variants = unit.variants.iter().map(|variant| variant.text.len().saturating_add(said(&variant.said)));
            variants.sum::<usize>().saturating_add(said(&unit.said))
        }
        Item::Part(_) => BYTES,
        Item::Header(_) | Item::Fault(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{Fault, Severity};
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn fault(n: usize) -> Item {
        let (severity, what) = (Severity::Doubtful, "");
        Item::Fault(Fault { line: n as u64, severity, loss: false, what, detail: String::new() })
    }

    #[test]
    fn items_come_in_their_order() {
        for count in [0, 1, ITEMS - 1, ITEMS, ITEMS + 1, 10 * ITEMS + 7] {
            let taken: Vec<Item> = ahead((0..count).map(fault), |handfuls| handfuls.flatten().collect());
            assert_eq!(taken, (0..count).map(fault).collect::<Vec<_>>());
        }
    }

    #[test]
    fn no_more_are_read_than_were_on_their_way() {
        let read = AtomicUsize::new(0);
        let endless = (0..).map(|n| {
            read.fetch_add(1, Ordering::Relaxed);
            fault(n)
        });
        assert_eq!(ahead(endless, |handfuls| handfuls.flatten().next()), Some(fault(0)));
        assert!(read.into_inner() <= (WAITING + 3) * ITEMS);
    }
}
