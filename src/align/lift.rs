use crate::model::Bead;

/// The beads of blocks that follow from the beads of their segments: blocks are aligned when segments of theirs are, and blocks that
/// hang together by such beads are one bead, whether they stand together or not.
///
/// `source` and `target` give the block of each segment, counted from 0; `blocks` is how many blocks each side has. The score of a bead is the
/// sum of the scores of what it is made of, its confidence the least of theirs.
///
/// ```
/// use korpu::{align::lift, model::Bead};
/// let bead = |source: &[u32], target: &[u32]| Bead { source: source.into(), target: target.into(), score: 1.0, confidence: 0.9 };
/// // Two paragraphs of two sentences each; on the other side the second and third sentence stand in one.
/// let sentences = [bead(&[0], &[0]), bead(&[1], &[1]), bead(&[2], &[2]), bead(&[3], &[])];
/// let paragraphs = lift(&sentences, (&[0, 0, 1, 1], &[0, 1, 1]), (2, 2));
/// assert_eq!((&paragraphs[0].source[..], &paragraphs[0].target[..]), (&[0, 1][..], &[0, 1][..]));
/// ```
pub fn lift(beads: &[Bead], (source, target): (&[u32], &[u32]), (sources, targets): (usize, usize)) -> Vec<Bead> {
    // Blocks of both sides, the targets after the sources; each points towards the first of those it hangs together with.
    let mut first: Vec<usize> = (0..sources + targets).collect();
    fn root(first: &mut [usize], mut block: usize) -> usize {
        while first[block] != block {
            first[block] = first[first[block]];
            block = first[block];
        }
        block
    }
    let of = |bead: &Bead| -> Vec<usize> {
        let side = |ids: &[u32], blocks: &[u32], base: usize, count: usize| -> Vec<usize> {
            let blocks = ids.iter().filter_map(|n| blocks.get(*n as usize)).map(|b| *b as usize);
            blocks.filter(|b| *b < count).map(|b| base + b).collect()
        };
        [side(&bead.source, source, 0, sources), side(&bead.target, target, sources, targets)].concat()
    };
    for bead in beads.iter().filter(|b| b.is_aligned()) {
        let blocks = of(bead);
        for pair in blocks.windows(2) {
            let (a, b) = (root(&mut first, pair[0]), root(&mut first, pair[1]));
            first[a.max(b)] = a.min(b);
        }
    }
    let roots: Vec<usize> = (0..sources + targets).map(|block| root(&mut first, block)).collect();
    let none = Bead { source: vec![], target: vec![], score: 0.0, confidence: 1.0 };
    let mut lifted = vec![none; sources + targets];
    for (block, root) in roots.iter().enumerate() {
        match block.checked_sub(sources) {
            None => lifted[*root].source.push(block as u32),
            Some(block) => lifted[*root].target.push(block as u32),
        }
    }
    for bead in beads {
        let Some(block) = of(bead).first().copied() else { continue };
        let whole = &mut lifted[roots[block]];
        // A sentence left out makes no aligned paragraph doubtful.
        if bead.is_aligned() || !whole.is_aligned() {
            whole.confidence = whole.confidence.min(bead.confidence);
        }
        whole.score += bead.score;
    }
    lifted.retain(|bead| !bead.source.is_empty() || !bead.target.is_empty());
    super::free::in_source_order(lifted, targets)
}
