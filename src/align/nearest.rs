use super::{band::Band, evidence::LARGEST};

/// The nearest segments on the other side, by segment of either side: what a bead competes with.
pub(super) struct Nearest {
    sources: Vec<Row>,
    targets: Vec<Row>,
}

/// The nearest segments with how near they are, the nearest first: one more than a bead has, so that one lies outside.
type Row = [(u32, f32); LARGEST + 1];

/// Nothing is near.
const NONE: (u32, f32) = (u32::MAX, 0.0);

impl Nearest {
    /// By how near a source segment is to a target segment, for every cell of the band.
    pub fn new(band: &Band, targets: usize, mut near: impl FnMut(usize, usize) -> f32) -> Nearest {
        let mut nearest =
            Nearest { sources: vec![[NONE; LARGEST + 1]; band.sources()], targets: vec![[NONE; LARGEST + 1]; targets] };
        for i in 0..band.sources() {
            for j in band.row(i) {
                let near = near(i, j);
                keep(&mut nearest.sources[i], j, near);
                keep(&mut nearest.targets[j], i, near);
            }
        }
        nearest
    }

    /// How near the nearest target segment is to a source segment.
    pub fn of_source(&self, i: usize) -> f32 {
        self.sources[i][0].1
    }

    /// How near the nearest source segment is to a target segment.
    pub fn of_target(&self, j: usize) -> f32 {
        self.targets[j][0].1
    }

    /// How near the nearest target segment outside a block of `q` from `j` is to a source segment.
    pub fn outside_of_source(&self, i: usize, j: usize, q: usize) -> f32 {
        outside(&self.sources[i], j, q)
    }

    /// How near the nearest source segment outside a block of `p` from `i` is to a target segment.
    pub fn outside_of_target(&self, j: usize, i: usize, p: usize) -> f32 {
        outside(&self.targets[j], i, p)
    }

    /// The mean over the segments of a bead of how near the nearest segment outside it is.
    pub fn rival(&self, i: usize, j: usize, (p, q): (usize, usize)) -> f32 {
        let sources: f32 = (i..i + p).map(|x| self.outside_of_source(x, j, q)).sum();
        let targets: f32 = (j..j + q).map(|y| self.outside_of_target(y, i, p)).sum();
        (sources + targets) / (p + q) as f32
    }
}

fn outside(row: &Row, from: usize, count: usize) -> f32 {
    let inside = |other: u32| (from..from + count).contains(&(other as usize));
    row.iter().find(|(other, _)| !inside(*other)).map_or(0.0, |n| n.1)
}

/// Keeps the nearest, the nearest first.
fn keep(row: &mut Row, other: usize, near: f32) {
    let mut new = (other as u32, near);
    for place in row {
        if new.1 > place.1 {
            std::mem::swap(place, &mut new);
        }
    }
}
