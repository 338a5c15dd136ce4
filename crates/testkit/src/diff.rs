//! A line diff for failing tests: what was expected, what came, in a few lines of context.

/// Largest product of line counts that is aligned; longer texts are shown from their first difference.
const ALIGN_LIMIT: usize = 4_000_000;

/// Lines of `expected` that are missing with `-`, new ones of `actual` with `+`, and up to two common lines around them.
pub fn diff(expected: &str, actual: &str) -> String {
    let a = expected.lines().collect::<Vec<_>>();
    let b = actual.lines().collect::<Vec<_>>();
    let prefix = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let edits = if (a.len() - prefix) * (b.len() - prefix) <= ALIGN_LIMIT {
        align(&a[prefix..], &b[prefix..])
    } else {
        let removed = a[prefix..].iter().map(|l| ('-', *l));
        removed.chain(b[prefix..].iter().map(|l| ('+', *l))).collect()
    };
    let common = a[..prefix].iter().map(|l| (' ', *l));
    render(&common.chain(edits).collect::<Vec<_>>())
}

/// Longest common subsequence by dynamic programming: the texts are small.
fn align<'a>(a: &[&'a str], b: &[&'a str]) -> Vec<(char, &'a str)> {
    let width = b.len() + 1;
    let mut longest = vec![0u32; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            longest[i * width + j] = if a[i] == b[j] {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut edits = Vec::new();
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() && a[i] == b[j] {
            edits.push((' ', a[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == b.len() || (i < a.len() && longest[(i + 1) * width + j] >= longest[i * width + j + 1])
        {
            edits.push(('-', a[i]));
            i += 1;
        } else {
            edits.push(('+', b[j]));
            j += 1;
        }
    }
    edits
}

fn render(edits: &[(char, &str)]) -> String {
    const CONTEXT: usize = 2;
    let mut text = String::new();
    let mut skipped = false;
    for (i, (mark, line)) in edits.iter().enumerate() {
        let near = &edits[i.saturating_sub(CONTEXT)..(i + CONTEXT + 1).min(edits.len())];
        if *mark == ' ' && near.iter().all(|(m, _)| *m == ' ') {
            skipped = true;
            continue;
        }
        if std::mem::take(&mut skipped) {
            text.push_str("  ...\n");
        }
        text.push_str(&format!("{mark} {line}\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_lines_are_shown_with_their_neighbours() {
        let text = diff("a\nb\nc\nd\ne\nf\n", "a\nb\nc\nX\ne\nf\ng\n");
        assert_eq!(text, "  ...\n  b\n  c\n- d\n+ X\n  e\n  f\n+ g\n");
        assert_eq!(diff("same\n", "same\n"), "");
    }
}
