//! What is counted: the same as `score.py` counts (`../shared/tools/align`), to the last figure printed.

use crate::desk::{Desk, failure, korpu, shared};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Numbers that look random and are the same every time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) % bound
    }

    /// A ladder with beads of all shapes, some told twice, some empty, some out of order.
    fn ladder(&mut self) -> Vec<[Vec<u64>; 2]> {
        let mut at = [0; 2];
        let mut ladder: Vec<[Vec<u64>; 2]> = Vec::new();
        for _ in 0..self.below(30) {
            let mut bead = [0, 1].map(|side: usize| {
                let begin = at[side];
                at[side] += self.below(4);
                (begin..at[side]).collect::<Vec<_>>()
            });
            match self.below(12) {
                0 => bead[1].reverse(),
                1 => ladder.extend(ladder.last().cloned()),
                2 => bead[0].push(self.below(40)),
                _ => {}
            }
            ladder.push(bead);
        }
        ladder
    }

    /// The ladder as another aligner might have found it.
    fn disturbed(&mut self, ladder: &[[Vec<u64>; 2]]) -> Vec<[Vec<u64>; 2]> {
        let mut found = Vec::new();
        for bead in ladder {
            match self.below(6) {
                0 => found.extend([[bead[0].clone(), vec![]], [vec![], bead[1].clone()]]),
                1 => found.push([bead[0].iter().map(|n| n + 1).collect(), bead[1].clone()]),
                2 => {}
                _ => found.push(bead.clone()),
            }
        }
        found
    }

    /// The ladder as a file, with all that the form leaves open.
    fn written(&mut self, ladder: &[[Vec<u64>; 2]]) -> String {
        let mut text = String::new();
        for bead in ladder {
            let comma = [",", ", ", " , "][self.below(3) as usize];
            let [source, target] =
                bead.each_ref().map(|ids| ids.iter().map(u64::to_string).collect::<Vec<_>>().join(comma));
            text += ["", " ", "\n"][self.below(3) as usize];
            text += &format!("[{source}]{}[{target}]", [":", " : "][self.below(2) as usize]);
            text += ["", ":0.93", ":-1e-3", " "][self.below(4) as usize];
            text += "\n";
        }
        text
    }
}

/// What `korpu evaluate beads` and `score.py` print of the same two files or folders.
#[track_caller]
fn check(script: &Path, gold: &Path, test: &Path) {
    let printed = |command: &mut Command| {
        let output = command.arg(gold).arg(test).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let ours = printed(Command::new(korpu()).args(["evaluate", "beads"]));
    assert_eq!(ours, printed(Command::new("python3").arg(script)), "{} {}", gold.display(), test.display());
    assert!(ours.starts_with("strict P "), "{ours}");
}

#[test]
fn beads_are_counted_as_score_py_counts_them() {
    let Some(script) = shared("tools/align/score.py") else { return };
    let desk = Desk::new();
    let (gold, test) = (desk.path("gold"), desk.path("test"));
    for folder in [&gold, &test] {
        fs::create_dir_all(folder.join("below")).unwrap();
    }
    // Random ladders, all together and some alone.
    let mut numbers = Numbers(0x2545_F491_4F6C_DD1D);
    for n in 0..200 {
        let wanted = numbers.ladder();
        let found = numbers.disturbed(&wanted);
        let name = if n % 2 == 0 { format!("{n}") } else { format!("below/{n}") };
        fs::write(gold.join(&name).with_extension("gold"), numbers.written(&wanted)).unwrap();
        fs::write(test.join(&name).with_extension("align"), numbers.written(&found)).unwrap();
        if n < 12 {
            check(&script, &gold.join(&name).with_extension("gold"), &test.join(&name).with_extension("align"));
        }
    }
    check(&script, &gold, &test);
    check(&script, &test, &test);

    // Real ones: the gold of the sample, and what is found there.
    let (gold, test) = (desk.path("real-gold"), desk.path("real-test"));
    fs::create_dir(&gold).unwrap();
    fs::create_dir(&test).unwrap();
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/gold");
    let mut list = String::new();
    for entry in fs::read_dir(corpus.join("beads")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().trim_end_matches(".beads");
        let Some((source, target)) = name.split_once("--").filter(|_| !name.ends_with(".paragraphs")) else { continue };
        fs::copy(&path, gold.join(format!("{name}.gold"))).unwrap();
        let side = |name: &str| corpus.join(format!("docs/{name}.txt")).display().to_string();
        list += &format!("{}\t{}\t{}\n", side(source), side(target), test.join(format!("{name}.align")).display());
    }
    desk.put("list", list);
    let align = Command::new(korpu()).args(["align", "--batch"]).arg(desk.path("in/list")).status().unwrap();
    assert!(align.success());
    check(&script, &gold, &test);
}

#[test]
fn a_ladder_that_is_none_is_refused_with_its_line() {
    let desk = Desk::new();
    desk.put("good.beads", "[0]:[0]\n").put("bad.beads", "[0]:[0]\n0-0\n");
    let files = [desk.path("in/good.beads"), desk.path("in/bad.beads")];
    let message = failure(Command::new(korpu()).args(["evaluate", "beads"]).args(files).output().unwrap());
    assert!(message.contains("bad.beads: line 2: no bead like [0,1]:[2]"), "{message}");
}
