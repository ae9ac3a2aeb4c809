package syntax

import (
	"sync"

	sitter "github.com/smacker/go-tree-sitter"
	"github.com/smacker/go-tree-sitter/csharp"
	"github.com/smacker/go-tree-sitter/golang"
	"github.com/smacker/go-tree-sitter/java"
	"github.com/smacker/go-tree-sitter/javascript"
	"github.com/smacker/go-tree-sitter/kotlin"
	"github.com/smacker/go-tree-sitter/python"
	"github.com/smacker/go-tree-sitter/typescript/tsx"
	"github.com/smacker/go-tree-sitter/typescript/typescript"
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
	Python     = define("python", python.GetLanguage)
	Java       = define("java", java.GetLanguage)
	Kotlin     = define("kotlin", kotlin.GetLanguage)
	Go         = define("go", golang.GetLanguage)
	JavaScript = define("javascript", javascript.GetLanguage)
	TypeScript = define("typescript", typescript.GetLanguage)
	TSX        = define("tsx", tsx.GetLanguage)
	CSharp     = define("csharp", csharp.GetLanguage)
)

// define makes a language. Its grammar is loaded on first use.
func define(name string, load func() *sitter.Language) *Language {
	return &Language{Name: name, grammar: sync.OnceValue(load)}
}
