//! `struct`, `binascii` and checksums against CPython's answers.

mod cases;

use cases::{bytes, check, float, show_bytes};
use python_number::IBig;
use python_text::binascii::{self, BinasciiError, FromHexError, QuotedPrintable};
use python_text::checksum;
use python_text::pack::{Format, Kind, PackError, Value};

fn show_float(x: f64) -> String {
    format!("f{:016x}", x.to_bits())
}

fn show(value: &Value) -> String {
    match value {
        Value::Bytes(bytes) => show_bytes(bytes),
        Value::Int(n) => n.to_string(),
        Value::Float(x) => show_float(*x),
        Value::Complex(re, im) => format!("c{:016x}{:016x}", re.to_bits(), im.to_bits()),
        Value::Bool(b) => u8::from(*b).to_string(),
    }
}

fn value(field: &str, kind: Kind) -> Value {
    match (field.as_bytes()[0], kind) {
        (b'b', _) => Value::Bytes(bytes(field)),
        (b'f', _) => Value::Float(float(field)),
        (b'c', _) => Value::Complex(float(field), float(&field[16..])),
        (_, Kind::Bool) => Value::Bool(field == "1"),
        _ => Value::Int(field.parse::<IBig>().unwrap()),
    }
}

fn failed(error: PackError) -> String {
    match error {
        PackError::Struct(text) => format!("!error: {text}"),
        PackError::Overflow(text) => format!("!OverflowError: {text}"),
    }
}

fn pack(format: &[u8], field: &str) -> Result<String, PackError> {
    let format = Format::parse(format)?;
    let mut out = vec![0; format.size()];
    let kind = format.values().next().unwrap().0.kind;
    format.pack(&[value(field, kind)], &mut out)?;
    Ok(show_bytes(&out))
}

fn checked(result: Result<Vec<u8>, BinasciiError>) -> String {
    result.map_or_else(|e| format!("!Error: {}", e.0), |bytes| show_bytes(&bytes))
}

fn run(op: &str, args: &[&str]) -> String {
    let data = bytes(args[0]);
    let flag = |i: usize| args[i] == "1";
    match op {
        "pack" => pack(&data, args[1]).unwrap_or_else(failed),
        "calcsize" => Format::parse(&data).map_or_else(failed, |f| f.size().to_string()),
        "unpack" => {
            let format = Format::parse(&data).unwrap();
            let values = format.unpack(&bytes(args[1]));
            assert_eq!(values.len(), format.value_count());
            values.iter().map(show).collect::<Vec<_>>().join(" ")
        }
        "base64" => show_bytes(&binascii::to_base64(&data, false)),
        "unbase64" => checked(binascii::from_base64(&data, flag(1))),
        "uu" => checked(binascii::to_uu(&data, flag(1))),
        "unuu" => checked(binascii::from_uu(&data)),
        "crc32" => checksum::crc32(&data, args[1].parse().unwrap()).to_string(),
        "hqx" => checksum::crc_hqx(&data, args[1].parse().unwrap()).to_string(),
        "adler" => checksum::adler32(&data, args[1].parse().unwrap()).to_string(),
        "hex" => show_bytes(&binascii::to_hex(&data, Some(b':'), args[1].parse().unwrap())),
        "unhex" => checked(binascii::from_hex(&data)),
        "fromhex" => match binascii::from_spaced_hex(&data) {
            Ok(bytes) => show_bytes(&bytes),
            Err(FromHexError::Invalid(at)) => {
                format!("!ValueError: non-hexadecimal number found in fromhex() arg at position {at}")
            }
            Err(FromHexError::OddLength) => {
                "!ValueError: fromhex() arg must contain an even number of hexadecimal digits".into()
            }
        },
        "unqp" => show_bytes(&binascii::from_quoted_printable(&data, flag(1))),
        "qp" => {
            let options = QuotedPrintable { quote_tabs: flag(1), is_text: flag(2), header: flag(3) };
            show_bytes(&binascii::to_quoted_printable(&data, options))
        }
        _ => panic!("unknown operation {op}"),
    }
}

#[test]
fn binary_data() {
    check("binary.txt", run);
}
