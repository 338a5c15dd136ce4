//! The tutorial tells the truth: excerpts are in the source, programs print what the page says.
//!
//! In `docs/tutorial/*.md`, a code block below a line `*path/of/a/file:*` is an excerpt: its lines are consecutive lines of that
//! file, indentation aside; a line `…` stands for lines left out. A block marked `toy` is a program; if the next block is
//! marked `text`, it is what the program prints.

use std::cell::RefCell;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use toy::engine::{Options, run};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

/// A fenced block of a page.
struct Block {
    page: String,
    line: usize,
    language: String,
    /// The last line before it that is not blank.
    above: String,
    lines: Vec<String>,
}

impl Block {
    fn place(&self) -> String {
        format!("{}:{}", self.page, self.line)
    }
}

fn blocks() -> Vec<Block> {
    let mut pages: Vec<PathBuf> = std::fs::read_dir(root().join("docs/tutorial"))
        .expect("the tutorial exists")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    pages.sort();
    let mut blocks = Vec::new();
    for page in pages {
        let text = std::fs::read_to_string(&page).expect("readable");
        let name = page.file_name().expect("a page has a name").to_string_lossy().into_owned();
        let (mut above, mut open) = (String::new(), None::<Block>);
        for (number, line) in text.lines().enumerate() {
            match (&mut open, line.strip_prefix("```")) {
                (None, Some(language)) => {
                    let (language, above) = (language.to_string(), std::mem::take(&mut above));
                    let page = name.clone();
                    open = Some(Block { page, line: number + 1, language, above, lines: Vec::new() });
                }
                (Some(_), Some(_)) => blocks.extend(open.take()),
                (Some(block), None) => block.lines.push(line.to_string()),
                (None, None) if !line.trim().is_empty() => above = line.to_string(),
                (None, None) => {}
            }
        }
        assert!(open.is_none(), "{name}: a block is not closed");
    }
    blocks
}

/// Whether the fragments, separated by `…`, are in the text, in this order.
fn contains(text: &str, excerpt: &[String]) -> Result<(), String> {
    let text: Vec<&str> = text.lines().map(str::trim).collect();
    let mut from = 0;
    for fragment in excerpt.split(|line| line.trim() == "…") {
        let fragment: Vec<&str> = fragment.iter().map(|line| line.trim()).collect();
        let found = text[from..].windows(fragment.len().max(1)).position(|lines| lines == fragment);
        match found {
            _ if fragment.is_empty() => {}
            Some(at) => from += at + fragment.len(),
            None => return Err(fragment.join("\n")),
        }
    }
    Ok(())
}

#[test]
fn excerpts_are_in_the_source() {
    let mut count = 0;
    for block in blocks() {
        let Some(path) = block.above.strip_prefix('*').and_then(|above| above.strip_suffix(":*")) else {
            continue;
        };
        let text = std::fs::read_to_string(root().join(path))
            .unwrap_or_else(|error| panic!("{}: {path}: {error}", block.place()));
        if let Err(fragment) = contains(&text, &block.lines) {
            panic!("{}: not in {path}:\n{fragment}", block.place());
        }
        count += 1;
    }
    assert!(count >= 15, "{count} excerpts");
}

/// Output that the test can look at after the program has ended.
#[derive(Clone, Default)]
struct Printed(Rc<RefCell<Vec<u8>>>);

impl Write for Printed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().extend(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn programs_print_what_the_page_says() {
    let blocks = blocks();
    let mut count = 0;
    for (number, block) in blocks.iter().enumerate().filter(|(_, block)| block.language == "toy") {
        let printed = Printed::default();
        let text = block.lines.join("\n");
        let result = run(&text, &Options::default(), Box::new(printed.clone()));
        result.unwrap_or_else(|failure| panic!("{}: {failure:?}", block.place()));
        let next = blocks.get(number + 1).filter(|next| next.page == block.page && next.language == "text");
        if let Some(expected) = next {
            let printed = String::from_utf8_lossy(&printed.0.borrow()).into_owned();
            assert_eq!(printed.trim_end(), expected.lines.join("\n"), "{}", block.place());
        }
        count += 1;
    }
    assert!(count > 0);
}

#[test]
fn a_changed_excerpt_is_noticed() {
    let lines = |text: &str| text.lines().map(String::from).collect::<Vec<_>>();
    assert_eq!(contains("a\n  b\nc\nd", &lines("b\nc")), Ok(()));
    assert_eq!(contains("a\nb\nc\nd", &lines("a\n…\nd")), Ok(()));
    assert!(contains("a\nb\nc\nd", &lines("b\nd")).is_err());
    assert!(contains("a\nb\nc\nd", &lines("d\n…\na")).is_err());
}
