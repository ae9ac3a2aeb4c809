package syntax

import (
	"sync"

	sitter "github.com/smacker/go-tree-sitter"
	"github.com/smacker/go-tree-sitter/python"
)

// Language is a grammar with its pool of parsers. Languages compare by
// identity; there is one per grammar.
type Language struct {
	Name    string
	grammar func() *sitter.Language
	pool    pool
}

// The languages. A new one is one line here.
var (
	Python = define("python", python.GetLanguage)
)

// define makes a language. Its grammar is loaded on first use.
func define(name string, load func() *sitter.Language) *Language {
	return &Language{Name: name, grammar: sync.OnceValue(load)}
}
