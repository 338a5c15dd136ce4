//! The matcher alone, on compiled patterns and matches recorded from CPython 3.14 (`recorded_matches.txt`: patterns as the library compiles
//! them, subjects as hexadecimal UTF-8, spans of the match and of its groups as byte offsets).

use super::engine::span_of;
use super::machine::{Machine, Scratch};
use super::program::{Kind, Program};

fn shown<const WIDE: bool>(program: &Program, subject: &[u8]) -> String {
    let mut machine = Machine::<WIDE>::new(program, subject, Scratch::default(), &|| true);
    let Some((begin, end)) = machine.search(0).expect("nothing stops it") else { return "none".to_owned() };
    let mut spans = vec![format!("{begin}:{end}")];
    for group in 0..machine.marks.len() / 2 {
        spans.push(span_of(&machine.marks, group).map_or("-:-".to_owned(), |(a, b)| format!("{a}:{b}")));
    }
    spans.join(" ")
}

#[test]
fn matches_are_those_that_cpython_finds() {
    let mut program = None;
    for line in include_str!("recorded_matches.txt").lines() {
        let (kind, rest) = line.split_once(' ').unwrap();
        let (first, rest) = rest.split_once(' ').unwrap();
        if kind == "pattern" {
            let words: Vec<u32> = rest.split(' ').map(|word| word.parse().unwrap()).collect();
            program = Some((Program::new(&words, first.parse().unwrap(), Kind::Text).unwrap(), rest));
            continue;
        }
        let digits = if first == "-" { "" } else { first };
        let bytes = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
        let subject: Vec<u8> = (0..digits.len()).step_by(2).map(bytes).collect();
        let (program, words) = program.as_ref().unwrap();
        let context = || format!("{words} on {:?}", String::from_utf8_lossy(&subject));
        assert_eq!(shown::<true>(program, &subject), rest, "{}", context());
        if subject.is_ascii() {
            assert_eq!(shown::<false>(program, &subject), rest, "{}", context());
        }
    }
}
