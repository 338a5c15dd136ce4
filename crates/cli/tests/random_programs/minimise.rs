//! Makes a program that fails smaller while it still does.
//!
//! A program is a tree by its indentation: what is tried is to leave out a line with all that is below it, to put what is below it in its
//! place, and to put `pass` in its place. Most of what comes out of that is no program any more, or fails no more: it is for `fails` to
//! say. Greedy, from the top, again and again until nothing helps (Zeller and Hildebrandt's *ddmin*, on a tree).

/// The smallest program found with at most so many questions.
pub fn minimise(program: &str, most_questions: usize, mut fails: impl FnMut(&str) -> bool) -> String {
    let mut lines: Vec<String> = program.lines().map(String::from).collect();
    let mut questions_left = most_questions;
    loop {
        let before = lines.clone();
        let mut at = 0;
        while at < lines.len() {
            let smaller = candidates(&lines, at).into_iter().find(|candidate| {
                questions_left = questions_left.saturating_sub(1);
                questions_left > 0 && fails(&(candidate.join("\n") + "\n"))
            });
            match smaller {
                // What stands in its place now is asked about next.
                Some(smaller) if smaller.len() < lines.len() => lines = smaller,
                Some(smaller) => {
                    lines = smaller;
                    at += 1;
                }
                None => at += 1,
            }
        }
        if lines == before || questions_left == 0 {
            return lines.join("\n") + "\n";
        }
    }
}

/// Smaller programs than this one, in which the line `at` and what is below it are less.
fn candidates(lines: &[String], at: usize) -> Vec<Vec<String>> {
    let depth = indent(&lines[at]);
    let below =
        lines[at + 1..].iter().take_while(|line| line.trim().is_empty() || indent(line) > depth).count();
    let end = at + 1 + below;
    let with = |replacement: Vec<String>| [&lines[..at], &replacement[..], &lines[end..]].concat();
    let mut all = vec![with(Vec::new())];
    if below > 0 {
        let deeper = indent(&lines[at + 1]).saturating_sub(depth);
        all.push(with(
            lines[at + 1..end].iter().map(|line| line.get(deeper..).unwrap_or("").to_string()).collect(),
        ));
    }
    if lines[at].trim() != "pass" && !lines[at].trim().is_empty() {
        all.push(with(vec![format!("{}pass", " ".repeat(depth))]));
    }
    all
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

#[test]
fn what_does_not_matter_is_left_out() {
    let program = "import x\nif a:\n    b()\n    for c in d:\n        e()\n        wrong()\nelse:\n    f()\n";
    assert_eq!(minimise(program, 1000, |text| text.contains("wrong()")), "wrong()\n");
    let nested = |text: &str| text.contains("    wrong()") && text.contains("for c in d:");
    assert_eq!(minimise(program, 1000, nested), "for c in d:\n    wrong()\n");
    assert_eq!(minimise(program, 1, |_| true), program);
}
