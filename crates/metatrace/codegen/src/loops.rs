//! Where a unit begins, so that its loops lie in few lines of code.
//!
//! Processors fetch code, decoded or not, by lines of [`LINE_BYTES`], and a line a cycle. A small loop that lies in two lines takes two cycles
//! a turn where one would do: a sum of integers took twice as long, or not, for the length of what came before its loop.
//!
//! Cranelift aligns no blocks. But the unit is copied to its place, so it is the unit that is moved within its first line, to where its loops
//! take the fewest lines together. That costs less than a line of code memory, and no instruction.
//!
//! Limits: several loops may want different things of one offset; then the sum counts, and most units have one loop. Loops of more than
//! [`MAX_LINES`] lines have no say: one more is not much for them.

use std::ops::Range;

/// What the processor fetches at a time.
pub(crate) const LINE_BYTES: usize = 64;
const MAX_LINES: usize = 4;
/// Units begin at a multiple of it where that makes no difference.
const GOOD_START_BYTES: usize = 16;

/// Marks, as a source location, a jump to a label of the unit.
pub(crate) const JUMP: u32 = 0x20;
const JUMP_OPCODE: u8 = 0xE9;

/// The loop that a marked jump, the last instruction in `range`, closes.
pub(crate) fn loop_of(code: &[u8], range: Range<usize>) -> Option<Range<usize>> {
    let [.., JUMP_OPCODE, d0, d1, d2, d3] = code[range.clone()] else { return None };
    let distance = i32::from_le_bytes([d0, d1, d2, d3]) as isize;
    let target = range.end.checked_add_signed(distance)?;
    (target < range.end).then_some(target..range.end)
}

/// The offset in a line at which a function with these loops is to begin, a multiple of `alignment`.
pub(crate) fn offset_in_line(loops: &[Range<usize>], alignment: usize) -> usize {
    let lines_too_many = |offset: usize| -> usize {
        let small = loops.iter().filter(|range| range.len() <= MAX_LINES * LINE_BYTES);
        small.map(|range| lines(offset + range.start, range.len()) - lines(0, range.len())).sum()
    };
    let offsets = (0..LINE_BYTES).step_by(alignment);
    let best =
        offsets.min_by_key(|offset| (lines_too_many(*offset), offset % GOOD_START_BYTES != 0, *offset));
    best.expect("zero is one of them")
}

/// Lines that so many bytes take from `start` on.
fn lines(start: usize, bytes: usize) -> usize {
    (start % LINE_BYTES + bytes).div_ceil(LINE_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offset_of(only: Range<usize>, alignment: usize) -> usize {
        offset_in_line(std::slice::from_ref(&only), alignment)
    }

    #[test]
    fn a_loop_lies_in_as_few_lines_as_it_can() {
        assert_eq!(offset_in_line(&[], 1), 0);
        assert_eq!(offset_of(8..40, 1), 0, "it does already");
        assert_eq!(offset_of(40..80, 1), 32);
        assert_eq!(offset_of(130..192, 1), 0, "up to the end of a line");
        assert_eq!(offset_of(131..194, 1), 61, "as long as a line");
        assert_eq!(offset_of(131..194, 8), 0, "where that cannot be");
        assert_eq!(offset_of(40..400, 1), 0, "a large loop");
        assert_eq!(offset_in_line(&[40..80, 40..400], 1), 32, "the small one inside it");
    }

    #[test]
    fn a_jump_back_closes_a_loop() {
        let code = [0x90, 0x90, 0x48, 0x89, 0xD1, 0xE9, 0xF7, 0xFF, 0xFF, 0xFF];
        assert_eq!(loop_of(&code, 2..10), Some(1..10));
        assert_eq!(loop_of(&[0xE9, 5, 0, 0, 0], 0..5), None, "forward");
        assert_eq!(loop_of(&[0x48, 0x89, 0xD1], 0..3), None, "the jump was left out");
    }
}
