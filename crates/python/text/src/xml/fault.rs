//! What can be wrong with a document: numbers and texts as Expat has them, which Python shows (`xml.parsers.expat.errors`).

/// A kind of fault; its number is Expat's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Code {
    NoElement = 3,
    InvalidToken = 4,
    Syntax = 2,
    UnclosedToken = 5,
    PartialCharacter = 6,
    TagMismatch = 7,
    DuplicateAttribute = 8,
    JunkAfterElement = 9,
    ParameterEntityReference = 10,
    UndefinedEntity = 11,
    RecursiveEntity = 12,
    AsynchronousEntity = 13,
    BadCharacterReference = 14,
    BinaryEntityReference = 15,
    ExternalEntityInAttribute = 16,
    MisplacedDeclaration = 17,
    UnknownEncoding = 18,
    IncorrectEncoding = 19,
    UnclosedCdata = 20,
    ExternalEntityHandling = 21,
    NotStandalone = 22,
    UnboundPrefix = 27,
    UndeclaringPrefix = 28,
    XmlDeclaration = 30,
    TextDeclaration = 31,
    PublicId = 32,
    ReservedPrefixXml = 38,
    ReservedPrefixXmlns = 39,
    ReservedNamespace = 40,
    Amplification = 43,
}

/// The name of each kind in the module of constants, and its text; kind 1 comes first.
pub const KINDS: &[(&str, &str)] = &[
    ("NO_MEMORY", "out of memory"),
    ("SYNTAX", "syntax error"),
    ("NO_ELEMENTS", "no element found"),
    ("INVALID_TOKEN", "not well-formed (invalid token)"),
    ("UNCLOSED_TOKEN", "unclosed token"),
    ("PARTIAL_CHAR", "partial character"),
    ("TAG_MISMATCH", "mismatched tag"),
    ("DUPLICATE_ATTRIBUTE", "duplicate attribute"),
    ("JUNK_AFTER_DOC_ELEMENT", "junk after document element"),
    ("PARAM_ENTITY_REF", "illegal parameter entity reference"),
    ("UNDEFINED_ENTITY", "undefined entity"),
    ("RECURSIVE_ENTITY_REF", "recursive entity reference"),
    ("ASYNC_ENTITY", "asynchronous entity"),
    ("BAD_CHAR_REF", "reference to invalid character number"),
    ("BINARY_ENTITY_REF", "reference to binary entity"),
    ("ATTRIBUTE_EXTERNAL_ENTITY_REF", "reference to external entity in attribute"),
    ("MISPLACED_XML_PI", "XML or text declaration not at start of entity"),
    ("UNKNOWN_ENCODING", "unknown encoding"),
    ("INCORRECT_ENCODING", "encoding specified in XML declaration is incorrect"),
    ("UNCLOSED_CDATA_SECTION", "unclosed CDATA section"),
    ("EXTERNAL_ENTITY_HANDLING", "error in processing external entity reference"),
    ("NOT_STANDALONE", "document is not standalone"),
    ("UNEXPECTED_STATE", "unexpected parser state - please send a bug report"),
    ("ENTITY_DECLARED_IN_PE", "entity declared in parameter entity"),
    ("FEATURE_REQUIRES_XML_DTD", "requested feature requires XML_DTD support in Expat"),
    ("CANT_CHANGE_FEATURE_ONCE_PARSING", "cannot change setting once parsing has begun"),
    ("UNBOUND_PREFIX", "unbound prefix"),
    ("UNDECLARING_PREFIX", "must not undeclare prefix"),
    ("INCOMPLETE_PE", "incomplete markup in parameter entity"),
    ("XML_DECL", "XML declaration not well-formed"),
    ("TEXT_DECL", "text declaration not well-formed"),
    ("PUBLICID", "illegal character(s) in public id"),
    ("SUSPENDED", "parser suspended"),
    ("NOT_SUSPENDED", "parser not suspended"),
    ("ABORTED", "parsing aborted"),
    ("FINISHED", "parsing finished"),
    ("SUSPEND_PE", "cannot suspend in external parameter entity"),
    (
        "RESERVED_PREFIX_XML",
        "reserved prefix (xml) must not be undeclared or bound to another namespace name",
    ),
    ("RESERVED_PREFIX_XMLNS", "reserved prefix (xmlns) must not be declared or undeclared"),
    ("RESERVED_NAMESPACE_URI", "prefix must not be bound to one of the reserved namespace names"),
    ("INVALID_ARGUMENT", "invalid argument"),
    ("NO_BUFFER", "a successful prior call to function XML_GetBuffer is required"),
    ("AMPLIFICATION_LIMIT_BREACH", "limit on input amplification factor (from DTD and entities) breached"),
    ("NOT_STARTED", "parser not started"),
];

/// The text of a kind.
pub fn text_of(number: usize) -> Option<&'static str> {
    Some(KINDS.get(number.checked_sub(1)?)?.1)
}

/// Where something is in a document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Position {
    /// From 1.
    pub line: usize,
    /// In characters, from 0.
    pub column: usize,
    /// In bytes of the input, from 0.
    pub byte: usize,
}

/// Why a parser stopped.
#[derive(Debug)]
pub enum Stop<E> {
    /// The token goes on behind what is there.
    More,
    /// The document is wrong, at an offset into the text at hand.
    Fault(Code, usize),
    /// Whoever gets the events had enough.
    Sink(E),
}

impl<E> From<E> for Stop<E> {
    fn from(error: E) -> Stop<E> {
        Stop::Sink(error)
    }
}
