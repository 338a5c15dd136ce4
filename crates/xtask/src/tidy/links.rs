//! Relative links in Markdown lead to a file.

use super::{files, read};
use std::path::Path;

pub fn check(root: &Path, problems: &mut Vec<String>) -> Result<(), String> {
    for file in files(root, "md")? {
        let text = read(&file)?;
        let directory = file.parent().expect("a file is in a directory");
        for (number, line) in text.lines().enumerate() {
            for target in targets(line) {
                let path = target.split('#').next().unwrap_or_default();
                if !path.is_empty() && !directory.join(path).exists() {
                    problems.push(format!("{}:{}: no file {path}", file.display(), number + 1));
                }
            }
        }
    }
    Ok(())
}

/// The targets of `[text](target)` that are not addresses of the web.
fn targets(line: &str) -> Vec<&str> {
    let after = line.split("](").skip(1);
    let targets = after.filter_map(|rest| rest.split(')').next());
    targets.filter(|t| !t.contains("://") && !t.starts_with("mailto:")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found() {
        assert_eq!(targets("[a](b.md) and [c](d/e.md#f), [g](https://h.i)"), ["b.md", "d/e.md#f"]);
        assert_eq!(targets("no (link) [here]"), Vec::<&str>::new());
    }
}
