//! Patterns of `match`.

use ruff_python_ast as ast;
use ruff_python_ast::AtomicNodeIndex;

use ruff_text_size::Ranged;

use super::ToParser;
use crate::code::Constant;
use crate::tree::{Kind, Node, Value};

impl ToParser {
    pub(super) fn patterns(&mut self, p: &Node, field: usize) -> Vec<ast::Pattern> {
        self.nodes(p, field).map(|child| self.pattern(child)).collect()
    }

    pub(super) fn pattern(&mut self, p: &Node) -> ast::Pattern {
        let range = self.range(p);
        let node_index = AtomicNodeIndex::NONE;
        match p.kind {
            Kind::MatchValue => {
                let value = self.boxed(p, 0);
                ast::Pattern::MatchValue(ast::PatternMatchValue { node_index, range, value })
            }
            Kind::MatchSingleton => {
                let value = match p.fields[0] {
                    Value::Constant(Constant::Bool(true)) => ast::Singleton::True,
                    Value::Constant(Constant::Bool(false)) => ast::Singleton::False,
                    _ => ast::Singleton::None,
                };
                ast::Pattern::MatchSingleton(ast::PatternMatchSingleton { node_index, range, value })
            }
            Kind::MatchSequence => {
                let patterns = self.patterns(p, 0);
                ast::Pattern::MatchSequence(ast::PatternMatchSequence { node_index, range, patterns })
            }
            Kind::MatchMapping => ast::Pattern::MatchMapping(ast::PatternMatchMapping {
                node_index,
                range,
                keys: self.exprs(p, 0).into(),
                patterns: self.patterns(p, 1).into(),
                rest: self.optional_name(p, 2),
            }),
            Kind::MatchClass => {
                let mut keywords = Vec::new();
                for (attr, pattern) in self.names(p, 2).into_iter().zip(self.nodes(p, 3)) {
                    let pattern = self.pattern(pattern);
                    let node_index = AtomicNodeIndex::NONE;
                    keywords.push(ast::PatternKeyword { range: pattern.range(), node_index, attr, pattern });
                }
                let patterns = self.patterns(p, 1).into();
                let arguments =
                    ast::PatternArguments { range, node_index: AtomicNodeIndex::NONE, patterns, keywords };
                let cls = self.boxed(p, 0);
                ast::Pattern::MatchClass(ast::PatternMatchClass { node_index, range, cls, arguments })
            }
            Kind::MatchStar => {
                let name = self.optional_name(p, 0);
                ast::Pattern::MatchStar(ast::PatternMatchStar { node_index, range, name })
            }
            Kind::MatchOr => {
                let patterns = self.patterns(p, 0);
                ast::Pattern::MatchOr(ast::PatternMatchOr { node_index, range, patterns })
            }
            _ => {
                let pattern = self.optional_node(p, 0).map(|inner| Box::new(self.pattern(inner)));
                let name = self.optional_name(p, 1);
                ast::Pattern::MatchAs(ast::PatternMatchAs { node_index, range, pattern, name })
            }
        }
    }
}
