//! `-X jit-report=FILE`: the page is held against what a program's lines are known to do.

#![cfg(feature = "jit")]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

const PROGRAM: &str = r#"import sys


class Point:
    def __init__(self, x):
        self.x = x


def loop(n):
    kept = []
    total = 0
    for i in range(n):
        if i % 5 < 2:
            total += 1
        else:
            total -= Point(i).x
        kept.append(Point(i))
    return total & 1


def never(text):
    return "<" + text + ">"


print(loop(3000))
namespace = {}
exec("def made(n):\n    s = 0\n    for i in range(n):\n        s += i\n    return s\n", namespace)
print(namespace["made"](3000))
"#;

/// Runs a program; what it did, and the page.
fn view(name: &str, program: &str, jit: &str) -> (Output, String) {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("line_view").join(name);
    fs::create_dir_all(&directory).expect("the build's directory can be written");
    let page = directory.join("page.html");
    // That of an earlier run must not be taken for this one's.
    let _ = fs::remove_file(&page);
    fs::write(directory.join("program.py"), program).expect("the directory was made");
    let mut command = Command::new(env!("CARGO_BIN_EXE_taipan"));
    command.current_dir(&directory).env_remove("PYTHON_JIT");
    let output = command.args(["-X", "jit-report=page.html", "--jit", jit, "program.py"]).output();
    let text = fs::read_to_string(&page).unwrap_or_default();
    (output.expect("the interpreter starts"), text)
}

/// The row of a line in the file with this number.
fn row(page: &str, file: usize, line: u32) -> &str {
    let start = page
        .find(&format!("<tr id=\"f{file}-{line}\""))
        .unwrap_or_else(|| panic!("no line {line} in\n{page}"));
    &page[start..start + page[start..].find("</tr>").expect("a row ends")]
}

const SYNC: &str = "threshold=20,function_threshold=20,trace_eagerness=10,sync-compile";

#[test]
fn lines_say_what_became_of_them() {
    let (output, page) = view("lines", PROGRAM, SYNC);
    assert!(output.status.success(), "{output:?}");
    let head = row(&page, 0, 12);
    assert!(
        head.contains("class=\"compiled\"") && head.contains("the loop that begins here in loop ("),
        "{head}"
    );
    // Both ways are compiled: one as the loop, one as a bridge.
    assert!(row(&page, 0, 13).contains("was compiled as a bridge for this way"), "{}", row(&page, 0, 13));
    assert!(row(&page, 0, 14).contains("class=\"compiled\""));
    // Of two points, the one that is only asked for its number is not made.
    assert!(!row(&page, 0, 16).contains("Allocation"), "{}", row(&page, 0, 16));
    assert!(row(&page, 0, 17).contains("Allocation that stayed: instance of Point"), "{}", row(&page, 0, 17));
    let never = row(&page, 0, 22);
    assert!(never.contains("class=\"interpreted\"") && never.contains("&quot;&lt;&quot; + text"), "{never}");
}

#[test]
fn what_was_given_up_says_why() {
    let (_, page) = view("given_up", PROGRAM, &format!("{SYNC},trace_limit=20"));
    let head = row(&page, 0, 12);
    assert!(
        head.contains("class=\"given\"") && head.contains("the last time because: trace too long"),
        "{head}"
    );
}

#[test]
fn code_without_a_file_has_a_tab_of_its_own() {
    let (_, page) = view("tabs", PROGRAM, SYNC);
    assert!(page.contains("<button title=\"&lt;string&gt;\">"), "{page}");
    let number = page.split("<article>").position(|file| file.contains("<h2>&lt;string&gt;</h2>"));
    let number = number.expect("a part of the page is that code") - 1;
    assert!(row(&page, number, 3).contains("the loop that begins here in made"));
    assert!(!page.contains(&format!("<tr id=\"f{number}-1\"")), "what nothing is known of is not shown");
}

#[test]
fn however_the_program_ends_the_page_is_written() {
    let (exits, page) = view("exits", &format!("{PROGRAM}sys.exit(3)\n"), SYNC);
    assert_eq!(exits.status.code(), Some(3));
    assert!(row(&page, 0, 12).contains("class=\"compiled\""));
    let (raises, page) = view("raises", &format!("{PROGRAM}1 / 0\n"), SYNC);
    assert_eq!(raises.status.code(), Some(1));
    assert!(row(&page, 0, 12).contains("class=\"compiled\""));
    let (interpreted, page) = view("interpreted", PROGRAM, "off");
    assert!(
        interpreted.status.success() && page.contains("Now compiled: 0 loops, 0 functions and 0 bridges")
    );
}

/// Who reads it the first time finds each word explained; nothing is loaded from elsewhere.
#[test]
fn the_page_explains_itself_and_needs_nothing_else() {
    let (_, page) = view("whole", "print(1)\n", SYNC);
    for word in ["trace", "guard", "bridge", "allocation that stayed"] {
        assert!(page.contains(&format!("<dt>{word}</dt>")), "{word}");
    }
    for outside in ["src=", "href=\"http", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
    let count = |text: &str| page.matches(text).count();
    for element in ["table", "tr", "td", "ul", "li", "details", "dl", "article", "section", "main", "nav"] {
        let opened = count(&format!("<{element}>")) + count(&format!("<{element} "));
        assert_eq!(opened, count(&format!("</{element}>")), "{element}");
    }
}

/// The program looks at how long it takes, and at where.
#[test]
fn the_time_is_where_the_loop_is() {
    let program =
        "def busy():\n    s = 0\n    for i in range(100_000_000):\n        s ^= i\n    return s\nbusy()\n";
    let (_, page) = view("time", program, "default");
    let hot = &page[page.find("<tbody>").expect("a table of hot lines")..];
    let first = &hot[..hot.find("</tr>").expect("a hot line")];
    assert!(first.contains("program.py:3<"), "{first}");
}
