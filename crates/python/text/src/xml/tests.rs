//! Documents in, events out. Expected events and faults were compared with those of CPython's `pyexpat`.

use super::event::{Event, ExternalId, Sink};
use super::fault::Position;
use super::{Failure, Parser, Style};

/// Writes events as lines.
#[derive(Default)]
struct Log(String);

impl Sink for Log {
    type Error = ();

    fn event(&mut self, event: Event<'_>, raw: &str, at: Position) -> Result<(), ()> {
        let line = match event {
            Event::StartElement { name, attributes, given } => {
                let attributes: Vec<String> = attributes.iter().map(|(k, v)| format!("{k}={v:?}")).collect();
                format!("<{name} {} given {given}", attributes.join(" "))
            }
            Event::EndElement { name } => format!(">{name}"),
            Event::Characters(text) => format!("{text:?}"),
            Event::Other => format!("other {raw:?}"),
            Event::ElementDecl { name, model } => {
                format!("{name}: {:?} of {}", model.kind, model.children.len())
            }
            Event::EntityDecl { name, value, .. } => format!("entity {name} {value:?}"),
            other => format!("{other:?}"),
        };
        self.0 += &format!("{}:{} {line}\n", at.line, at.column);
        Ok(())
    }

    fn external_entity(&mut self, _: &str, _: &ExternalId, _: Position) -> Result<Option<bool>, ()> {
        Ok(None)
    }

    fn not_standalone(&mut self, _: Position) -> Result<bool, ()> {
        Ok(true)
    }

    fn encoding(&mut self, _: &str) -> Result<Option<Vec<Option<char>>>, ()> {
        Ok(None)
    }

    fn expands_entities(&self) -> bool {
        true
    }
}

/// The events of a document that comes in pieces of `size` bytes, and the fault that ended it.
fn events(document: &[u8], style: Option<Style>, size: usize) -> String {
    let (mut parser, mut log) = (Parser::new(None, style), Log::default());
    let pieces = document.chunks(size).map(|piece| (piece, false)).chain([(&b""[..], true)]);
    for (piece, is_final) in pieces {
        if let Err(Failure::Fault(code, at)) = parser.feed(piece, is_final, &mut log) {
            log.0 += &format!("{}:{} fault {code:?}\n", at.line, at.column);
            break;
        }
    }
    log.0
}

/// The events in one piece; they are the same byte by byte, but for where text is cut.
fn check(document: &str, expected: &str) {
    let whole = events(document.as_bytes(), None, usize::MAX);
    let expected: Vec<&str> = expected.trim().lines().map(str::trim).collect();
    assert_eq!(whole.trim().lines().collect::<Vec<_>>(), expected, "{document:?}");
    let is_markup = |line: &&str| !line.contains(" \"");
    let in_bytes = events(document.as_bytes(), None, 1);
    assert_eq!(
        in_bytes.lines().filter(is_markup).collect::<Vec<_>>(),
        expected.into_iter().filter(is_markup).collect::<Vec<_>>(),
        "{document:?}, byte by byte"
    );
}

#[test]
fn elements_text_and_references() {
    check(
        "<a x='1\t2' y=\"&lt;&#65;\">\r\nb&amp;c<d/><![CDATA[<&]]]></a>",
        r#"1:0 <a x="1 2" y="<A" given 2
        1:25 "\n"
        2:0 "b"
        2:1 "&"
        2:6 "c"
        2:7 <d  given 0
        2:7 >d
        2:11 StartCdata
        2:20 "<&]"
        2:23 EndCdata
        2:26 >a"#,
    );
}

#[test]
fn declarations() {
    check(
        "<!DOCTYPE a [<!ENTITY e '<b>&#38;f;</b>'><!ENTITY f \"x\"><!ATTLIST a k (u|v) 'v' l NMTOKENS #IMPLIED>\
         <!ELEMENT a (b|c)*>]><a l=' p  q '>&e;</a>",
        r#"1:0 StartDoctype { name: "a", id: ExternalId { system: None, public: None }, has_internal_subset: true }
        1:13 entity e Some("<b>&f;</b>")
        1:41 entity f Some("x")
        1:56 AttlistDecl { element: "a", attribute: "k", kind: "(u|v)", default: Some("v"), is_required: false }
        1:56 AttlistDecl { element: "a", attribute: "l", kind: "NMTOKENS", default: None, is_required: false }
        1:100 a: Choice of 2
        1:119 EndDoctype
        1:121 <a l="p q" k="v" given 1
        1:135 <b  given 0
        1:135 "x"
        1:135 >b
        1:138 >a"#,
    );
}

#[test]
fn faults_have_number_and_place() {
    for (document, fault) in [
        ("", "1:0 fault NoElement"),
        ("<a>", "1:3 fault NoElement"),
        ("<a></b>", "1:5 fault TagMismatch"),
        ("<a/>x", "1:4 fault JunkAfterElement"),
        ("x", "1:0 fault Syntax"),
        ("<a b='1' b='2'/>", "1:9 fault DuplicateAttribute"),
        ("<a>\n&u;</a>", "2:0 fault UndefinedEntity"),
        ("<a>&#0;</a>", "1:3 fault BadCharacterReference"),
        ("<a b></a>", "1:4 fault InvalidToken"),
        ("<a><![CDATA[x</a>", "1:17 fault UnclosedCdata"),
        ("<a><b", "1:3 fault UnclosedToken"),
        ("<a>]]></a>", "1:5 fault InvalidToken"),
        ("<!DOCTYPE a [<!ENTITY e '&e;'>]><a>&e;</a>", "1:35 fault RecursiveEntity"),
        ("<!DOCTYPE a [<!ENTITY e '</a>'>]><a>&e;", "1:36 fault AsynchronousEntity"),
        ("<a><?xml version='1.0'?></a>", "1:3 fault MisplacedDeclaration"),
    ] {
        let found = events(document.as_bytes(), None, usize::MAX);
        assert_eq!(found.lines().last(), Some(fault), "{document:?}");
        let found = events(document.as_bytes(), None, 1);
        assert_eq!(found.lines().last(), Some(fault), "{document:?}, byte by byte");
    }
}

#[test]
fn namespaces_replace_prefixes() {
    let style = Some(Style { separator: "}".into(), shows_prefix: false });
    let found = events(b"<a xmlns='u' xmlns:p='v' p:x='1' y='2'><p:b/></a>", style.clone(), usize::MAX);
    let expected = "1:0 StartNamespace { prefix: None, uri: Some(\"u\") }\n\
                    1:0 StartNamespace { prefix: Some(\"p\"), uri: Some(\"v\") }\n\
                    1:0 <u}a v}x=\"1\" y=\"2\" given 2\n1:39 <v}b  given 0\n1:39 >v}b\n1:45 >u}a\n\
                    1:45 EndNamespace { prefix: Some(\"p\") }\n1:45 EndNamespace { prefix: None }\n";
    assert_eq!(found, expected);
    assert_eq!(events(b"<q:a/>", style, usize::MAX), "1:0 fault UnboundPrefix\n");
}

#[test]
fn encodings_are_found() {
    let utf16: Vec<u8> = "<a>\u{e9}\u{1d11e}</a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = [&[0xff, 0xfe][..], &utf16].concat();
    let expected = "1:0 <a  given 0\n1:3 \"\u{e9}\u{1d11e}\"\n1:5 >a\n";
    assert_eq!(events(&marked, None, usize::MAX), expected);
    assert_eq!(events(&utf16, None, 3).lines().last(), expected.lines().last());
    let latin = b"<?xml version='1.0' encoding='iso-8859-1'?><a>\xe9</a>";
    assert!(events(latin, None, usize::MAX).contains("\u{e9}"));
    assert_eq!(events(b"<a>\xff</a>", None, usize::MAX).lines().last(), Some("1:3 fault InvalidToken"));
    let unknown = b"<?xml version='1.0' encoding='no'?><a/>";
    assert_eq!(events(unknown, None, usize::MAX), "1:30 fault UnknownEncoding\n");
}

#[test]
fn entities_do_not_fill_the_memory() {
    let mut document = String::from("<!DOCTYPE a [<!ENTITY e0 'xxxxxxxxxx'>");
    for level in 1..12 {
        let inner = format!("&e{};", level - 1).repeat(10);
        document += &format!("<!ENTITY e{level} '{inner}'>");
    }
    document += "]><a>&e11;</a>";
    assert!(events(document.as_bytes(), None, usize::MAX).contains("fault Amplification"));
}
