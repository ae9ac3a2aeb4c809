package syntax

import (
	"sync"

	sitter "github.com/smacker/go-tree-sitter"
)

// pool holds idle parsers of one language. A parser in the pool has never
// failed: one that did may hold half a parse, and is closed instead.
type pool struct {
	mu   sync.Mutex
	idle []*sitter.Parser
}

// maxIdle bounds the parsers kept per language; more may be in use at once.
const maxIdle = 16

// lease returns a parser that no one else uses until it is released or closed.
func (l *Language) lease() *sitter.Parser {
	l.pool.mu.Lock()
	if n := len(l.pool.idle); n > 0 {
		p := l.pool.idle[n-1]
		l.pool.idle = l.pool.idle[:n-1]
		l.pool.mu.Unlock()
		return p
	}
	l.pool.mu.Unlock()
	p := sitter.NewParser()
	p.SetLanguage(l.grammar())
	return p
}

// release gives back a parser whose last parse succeeded.
func (l *Language) release(p *sitter.Parser) {
	l.pool.mu.Lock()
	defer l.pool.mu.Unlock()
	if len(l.pool.idle) < maxIdle {
		l.pool.idle = append(l.pool.idle, p)
		return
	}
	p.Close()
}
