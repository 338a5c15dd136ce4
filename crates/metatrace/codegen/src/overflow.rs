//! Branches on the overflow flag.
//!
//! Cranelift turns the overflow of an addition into a byte and tests that: `add; seto; test; jnz`. Two of the four instructions are
//! for nothing, and a loop that sums integers is half as slow again for them. The flag is still there when the branch comes, so the finished code is
//! edited in place:
//!
//! ```text
//! add  rdx, rcx                    add  rdx, rcx
//! seto r8b               becomes   cs cs cs cs cs cs cs jo exit
//! test r8b, r8b
//! jnz  exit
//! ```
//!
//! The bytes that become free are prefixes of the branch, not a `nop`: that would take as much of the processor's front end as one of the two
//! instructions did. Branches ignore segment prefixes; assemblers pad with them, too.
//!
//! Why not in Cranelift's own rules: they come with the crate. Why not by a test of signs that Cranelift does fuse with its branch: it
//! takes more instructions than it saves.
//!
//! **Which bytes.** The lowering marks each such operation as [`CHECKED`]; so Cranelift tells where its instructions end,
//! and both what ends there and what follows are decoded exactly, or left as they are (a spilled value between them, say). *The byte is read by
//! nothing but the branch: who marks an operation promises it.*

/// Marks, as a source location, an operation with overflow whose second result only the branch behind it reads.
pub(crate) const CHECKED: u32 = 0x10;

/// Prefixes for low bytes of the registers 4 to 7, and of those from 8 on: one of them, both.
const REX: u8 = 0x40;
const REX_B: u8 = 0x41;
const REX_B_R: u8 = 0x45;
const SEGMENT_PREFIX: u8 = 0x2E;
const TWO_BYTE: u8 = 0x0F;
const SETO: u8 = 0x90;
const TEST_BYTE: u8 = 0x84;
const JO: u8 = 0x80;
const JZ: u8 = 0x84;
const JNZ: u8 = 0x85;

/// Edits the branch behind a marked operation, whose instructions end before `end`. Returns whether it could.
pub(crate) fn branch_on_flag(code: &mut [u8], end: usize) -> bool {
    let Some((register, test_bytes)) = tested_at(&code[end..]) else { return false };
    let Some(set_bytes) = set_before(&code[..end], register) else { return false };
    let branch = end + test_bytes;
    let condition = match code[branch..] {
        [TWO_BYTE, JNZ, ..] => JO,
        // No overflow.
        [TWO_BYTE, JZ, ..] => JO + 1,
        _ => return false,
    };
    code[end - set_bytes..branch].fill(SEGMENT_PREFIX);
    code[branch + 1] = condition;
    true
}

/// The register whose low byte the first instruction tests with itself, and the length of that.
fn tested_at(code: &[u8]) -> Option<(u8, usize)> {
    let (operand, first, bytes) = match *code {
        [REX_B_R, TEST_BYTE, operand, ..] => (operand, 8, 3),
        [REX, TEST_BYTE, operand, ..] => (operand, 0, 3),
        [TEST_BYTE, operand, ..] => (operand, 0, 2),
        _ => return None,
    };
    let register = operand & 7;
    (operand == 0xC0 | register << 3 | register).then_some((first + register, bytes))
}

/// The length of the last instruction if it sets the low byte of this register.
fn set_before(code: &[u8], register: u8) -> Option<usize> {
    let set: &[u8] = match register {
        8.. => &[REX_B, TWO_BYTE, SETO, 0xC0 + register - 8],
        4.. => &[REX, TWO_BYTE, SETO, 0xC0 + register],
        _ => &[TWO_BYTE, SETO, 0xC0 + register],
    };
    code.ends_with(set).then_some(set.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CS: u8 = SEGMENT_PREFIX;

    fn edited(code: &[u8], end: usize) -> Option<Vec<u8>> {
        let mut code = code.to_vec();
        branch_on_flag(&mut code, end).then_some(code)
    }

    #[test]
    fn the_branch_takes_the_place_of_the_test() {
        // add rdx, rcx; seto al; test al, al; jnz +5
        let code = [0x48, 0x01, 0xCA, 0x0F, 0x90, 0xC0, 0x84, 0xC0, 0x0F, 0x85, 5, 0, 0, 0];
        let expected = [0x48, 0x01, 0xCA, CS, CS, CS, CS, CS, 0x0F, 0x80, 5, 0, 0, 0];
        assert_eq!(edited(&code, 6), Some(expected.to_vec()));
        // seto r9b; test r9b, r9b; jz +5
        let code = [0x41, 0x0F, 0x90, 0xC1, 0x45, 0x84, 0xC9, 0x0F, 0x84, 5, 0, 0, 0];
        assert_eq!(edited(&code, 4), Some([vec![CS; 7], vec![0x0F, 0x81, 5, 0, 0, 0]].concat()));
        // seto sil; test sil, sil; jnz +5
        let code = [0x40, 0x0F, 0x90, 0xC6, 0x40, 0x84, 0xF6, 0x0F, 0x85, 5, 0, 0, 0];
        assert_eq!(edited(&code, 4), Some([vec![CS; 7], vec![0x0F, 0x80, 5, 0, 0, 0]].concat()));
    }

    #[test]
    fn what_is_before_may_end_like_a_prefix() {
        // add rax, [rsp + 0x40]; seto cl; test cl, cl; jnz +5
        let code = [0x48, 0x03, 0x44, 0x24, 0x40, 0x0F, 0x90, 0xC1, 0x84, 0xC9, 0x0F, 0x85, 5, 0, 0, 0];
        let sum = vec![0x48, 0x03, 0x44, 0x24, 0x40];
        assert_eq!(edited(&code, 8), Some([sum, vec![CS; 5], vec![0x0F, 0x80, 5, 0, 0, 0]].concat()));
    }

    #[test]
    fn anything_else_is_left_as_it_is() {
        let cases: &[(&str, &[u8], usize)] = &[
            ("another byte is tested", &[0x0F, 0x90, 0xC0, 0x84, 0xC9, 0x0F, 0x85, 5, 0, 0, 0], 3),
            ("the high register of the same number", &[0x0F, 0x90, 0xC1, 0x45, 0x84, 0xC9, 0x0F, 0x85, 5], 3),
            ("two bytes are tested", &[0x0F, 0x90, 0xC0, 0x84, 0xC8, 0x0F, 0x85, 5, 0, 0, 0], 3),
            ("a move between", &[0x0F, 0x90, 0xC0, 0x48, 0x89, 0xC1, 0x84, 0xC0, 0x0F, 0x85, 5], 3),
            ("a byte in memory", &[0x0F, 0x90, 0x00, 0x84, 0xC0, 0x0F, 0x85, 5, 0, 0, 0], 3),
            ("the test only", &[0x48, 0x01, 0xCA, 0x84, 0xC0, 0x0F, 0x85, 5, 0, 0, 0], 3),
            ("another branch", &[0x0F, 0x90, 0xC0, 0x84, 0xC0, 0x0F, 0x88, 5, 0, 0, 0], 3),
            ("the end", &[0x0F, 0x90, 0xC0, 0x84], 3),
        ];
        for (what, code, end) in cases {
            assert_eq!(edited(code, *end), None, "{what}");
        }
    }
}
