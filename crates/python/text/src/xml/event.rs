//! What a parser tells of a document, in the order of the document.

use super::fault::Position;

/// How often a part of a content model may come; the numbers are Expat's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Quantity {
    Once = 0,
    Optional = 1,
    Repeated = 2,
    AtLeastOnce = 3,
}

/// Kinds of content models; the numbers are Expat's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ModelKind {
    Empty = 1,
    Any = 2,
    Mixed = 3,
    Name = 4,
    Choice = 5,
    Sequence = 6,
}

/// What an element may contain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Model {
    pub kind: ModelKind,
    pub quantity: Quantity,
    pub name: Option<String>,
    pub children: Vec<Model>,
}

/// Where something outside the document is.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct ExternalId {
    pub system: Option<String>,
    pub public: Option<String>,
}

/// See the module header.
#[derive(Debug)]
pub enum Event<'a> {
    XmlDecl {
        version: Option<&'a str>,
        encoding: Option<&'a str>,
        standalone: Option<bool>,
    },
    StartDoctype {
        name: &'a str,
        id: &'a ExternalId,
        has_internal_subset: bool,
    },
    EndDoctype,
    ElementDecl {
        name: &'a str,
        model: &'a Model,
    },
    /// `default`: what the attribute is without being named. `is_required`: it has to be named, or may be nothing but the default.
    AttlistDecl {
        element: &'a str,
        attribute: &'a str,
        kind: &'a str,
        default: Option<&'a str>,
        is_required: bool,
    },
    EntityDecl {
        name: &'a str,
        is_parameter: bool,
        value: Option<&'a str>,
        id: &'a ExternalId,
        notation: Option<&'a str>,
    },
    NotationDecl {
        name: &'a str,
        id: &'a ExternalId,
    },
    StartNamespace {
        prefix: Option<&'a str>,
        uri: Option<&'a str>,
    },
    EndNamespace {
        prefix: Option<&'a str>,
    },
    /// The first `given` attributes stand in the document, the others come from the declarations.
    StartElement {
        name: &'a str,
        attributes: &'a [(String, String)],
        given: usize,
    },
    EndElement {
        name: &'a str,
    },
    Characters(&'a str),
    StartCdata,
    EndCdata,
    Comment(&'a str),
    ProcessingInstruction {
        target: &'a str,
        data: &'a str,
    },
    SkippedEntity {
        name: &'a str,
        is_parameter: bool,
    },
    /// A reference to an entity of the document, which is about to be expanded, or markup that nothing else tells of.
    Other,
}

/// Who gets the events. An error stops the parser for good.
pub trait Sink {
    type Error;

    /// `raw`: the text of the document that the event is about.
    fn event(&mut self, event: Event<'_>, raw: &str, at: Position) -> Result<(), Self::Error>;

    /// An entity outside the document is referred to: `Some(true)` if it was dealt with, `None` if nobody does that.
    fn external_entity(
        &mut self,
        name: &str,
        id: &ExternalId,
        at: Position,
    ) -> Result<Option<bool>, Self::Error>;

    /// The document depends on declarations outside: whether that is allowed.
    fn not_standalone(&mut self, at: Position) -> Result<bool, Self::Error>;

    /// The characters of the bytes of an encoding that the parser does not know; `None`: nor does anybody else.
    fn encoding(&mut self, name: &str) -> Result<Option<Vec<Option<char>>>, Self::Error>;

    /// Whether references to internal entities are expanded.
    fn expands_entities(&self) -> bool;
}
