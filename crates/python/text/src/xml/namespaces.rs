//! Namespaces in XML 1.0: prefixes become the names that they are declared for.

use super::event::{Event, Sink};
use super::fault::{Code, Position, Stop};

const XML: &str = "http://www.w3.org/XML/1998/namespace";
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

/// How names are shown.
#[derive(Clone)]
pub struct Style {
    /// Between the namespace and the local name: one character or nothing.
    pub separator: String,
    /// Whether the prefix follows, behind another separator.
    pub shows_prefix: bool,
}

/// The declarations that hold where the parser is.
#[derive(Default)]
pub struct Namespaces {
    /// Prefix (none: the default) and namespace (none: undeclared), the innermost last.
    bindings: Vec<(Option<String>, Option<String>)>,
}

impl Namespaces {
    /// The declaration that an attribute is, if it is one: its prefix.
    pub fn declared_prefix(attribute: &str) -> Option<Option<&str>> {
        match attribute.split_once(':') {
            None if attribute == "xmlns" => Some(None),
            Some(("xmlns", prefix)) => Some(Some(prefix)),
            _ => None,
        }
    }

    /// Takes in a declaration and tells of it.
    pub fn declare<S: Sink>(
        &mut self,
        prefix: Option<&str>,
        uri: &str,
        raw: &str,
        at: Position,
        sink: &mut S,
    ) -> Result<(), Stop<S::Error>> {
        let fault = |code| Err(Stop::Fault(code, 0));
        match prefix {
            Some("xmlns") => return fault(Code::ReservedPrefixXmlns),
            Some("xml") if uri != XML => return fault(Code::ReservedPrefixXml),
            Some("xml") => {}
            _ if uri == XML || uri == XMLNS => return fault(Code::ReservedNamespace),
            Some(_) if uri.is_empty() => return fault(Code::UndeclaringPrefix),
            _ => {}
        }
        let uri = Some(uri).filter(|uri| !uri.is_empty());
        self.bindings.push((prefix.map(str::to_owned), uri.map(str::to_owned)));
        Ok(sink.event(Event::StartNamespace { prefix, uri }, raw, at)?)
    }

    /// Ends the innermost declarations, and tells of it.
    pub fn forget<S: Sink>(&mut self, count: usize, at: Position, sink: &mut S) -> Result<(), S::Error> {
        for _ in 0..count {
            let Some((prefix, _)) = self.bindings.pop() else { return Ok(()) };
            sink.event(Event::EndNamespace { prefix: prefix.as_deref() }, "", at)?;
        }
        Ok(())
    }

    /// A name as it is shown. The default namespace is not that of attributes. `None`: the prefix is not declared.
    pub fn expand(&self, name: &str, is_attribute: bool, style: &Style) -> Option<String> {
        let (prefix, local) = match name.split_once(':') {
            Some((prefix, local)) => (Some(prefix), local),
            None if is_attribute => return Some(name.to_owned()),
            None => (None, name),
        };
        if prefix == Some("xml") {
            return Some(shown(XML, local, prefix, style));
        }
        let binding = self.bindings.iter().rev().find(|(declared, _)| declared.as_deref() == prefix);
        match binding.and_then(|(_, uri)| uri.as_deref()) {
            Some(uri) => Some(shown(uri, local, prefix, style)),
            None if prefix.is_none() => Some(name.to_owned()),
            None => None,
        }
    }
}

fn shown(uri: &str, local: &str, prefix: Option<&str>, style: &Style) -> String {
    let separator = &style.separator;
    match prefix.filter(|_| style.shows_prefix) {
        Some(prefix) => format!("{uri}{separator}{local}{separator}{prefix}"),
        None => format!("{uri}{separator}{local}"),
    }
}
