package index

import (
	"bytes"
	"maps"
	"path"
	"slices"

	"topicls/index/client"
	"topicls/index/extract/csharp"
	"topicls/index/extract/ecmascript"
	"topicls/index/extract/golang"
	"topicls/index/extract/java"
	"topicls/index/extract/kotlin"
	"topicls/index/extract/python"
	"topicls/index/facts"
	"topicls/index/source"
)

// extractor turns the bytes of one file after the other into facts. It has one
// user at a time.
type extractor interface {
	Extract(src []byte) *facts.File
}

// extractors make an extractor for each language that is read.
var extractors = map[source.Language]func() extractor{
	source.CSharp:     func() extractor { return csharp.New() },
	source.Python:     func() extractor { return python.New() },
	source.Java:       func() extractor { return java.New() },
	source.Kotlin:     func() extractor { return kotlin.New() },
	source.JavaScript: func() extractor { return ecmascript.New(ecmascript.JavaScript) },
	source.TypeScript: func() extractor { return ecmascript.New(ecmascript.TypeScript) },
	source.TSX:        func() extractor { return ecmascript.New(ecmascript.TSX) },
	source.Go:         func() extractor { return golang.New() },
}

// WatchPatterns are globs (of the Language Server Protocol) that match the files
// that can matter: code, and what says how it is built, configured and deployed.
func WatchPatterns() []string { return source.Patterns(Languages()) }

// Languages lists the languages that are read, sorted.
func Languages() []source.Language { return slices.Sorted(maps.Keys(extractors)) }

// packageOf is the key of the package that a code file is part of: its folder
// where that is how packages are made, else the name that the file declares;
// "" where there are no packages.
func packageOf(p string, lang source.Language, data []byte) string {
	switch lang {
	case source.Go:
		return path.Dir(p)
	case source.Java, source.Kotlin:
		return clause(data, "package")
	case source.CSharp:
		return clause(data, "namespace")
	}
	return ""
}

// clause finds the dotted name behind a word that a line begins with, such as
// `package a.b.c;`, without parsing. A word in a comment block before it, alone
// at the beginning of a line, is not told apart.
func clause(data []byte, word string) string {
	w := []byte(word)
	for at := 0; ; {
		i := bytes.Index(data[at:], w)
		if i < 0 {
			return ""
		}
		at += i
		start := bytes.LastIndexByte(data[:at], '\n') + 1
		before := bytes.TrimLeft(bytes.TrimPrefix(data[start:at], []byte("\uFEFF")), " \t")
		rest := data[at+len(w):]
		at += len(w)
		if len(before) > 0 || len(rest) == 0 || rest[0] != ' ' && rest[0] != '\t' {
			continue
		}
		name := bytes.TrimLeft(rest, " \t")
		n := 0
		for n < len(name) && (name[n] == '.' || name[n] == '_' || name[n] == '`' || name[n] >= '0' && name[n] <= '9' || name[n] >= 'a' && name[n] <= 'z' || name[n] >= 'A' && name[n] <= 'Z' || name[n] >= 0x80) {
			n++
		}
		if n > 0 {
			return string(bytes.ReplaceAll(name[:n], []byte("`"), nil))
		}
	}
}

// familyView is the code of one family of languages (flow.Source).
type familyView struct {
	*code
	family client.Family
}

// only keeps the files of the view's family.
func (v familyView) only(files []string) []string {
	mine := func(p string) bool { cf := v.files[p]; return cf != nil && cf.family == v.family }
	for i, p := range files {
		if !mine(p) {
			out := append([]string(nil), files[:i]...)
			for _, q := range files[i+1:] {
				if mine(q) {
					out = append(out, q)
				}
			}
			return out
		}
	}
	return files
}

// Has implements flow.Source.
func (v familyView) Has(p string) bool {
	cf := v.files[p]
	return cf != nil && cf.family == v.family
}

// Facts implements flow.Source.
func (v familyView) Facts(p string) *facts.Kept {
	if !v.Has(p) {
		return nil
	}
	return v.code.Facts(p)
}

// IsPackage implements flow.Source.
func (v familyView) IsPackage(p string) bool { return v.folders[packageKey{v.family, p}] > 0 }

// Stems implements flow.Source.
func (v familyView) Stems(stem string) []string { return v.only(v.code.Stems(stem)) }

// Mentions implements flow.Source.
func (v familyView) Mentions(name string) []string { return v.mentioning(v.family, name) }

// PackageFiles implements flow.Source.
func (v familyView) PackageFiles(key string) []string { return v.packages[packageKey{v.family, key}] }

// packageKey names a package of a family.
type packageKey struct {
	family client.Family
	name   string
}

// countPackage takes a file into its package (n = 1) or out of it.
func (c *code) countPackage(p string, cf *codeFile, n int) {
	if cf.family == client.Python {
		return
	}
	k := packageKey{cf.family, cf.pkg}
	list := c.packages[k]
	i, had := slices.BinarySearch(list, p)
	switch {
	case n > 0 && !had: // not in place: flow may hold the list
		c.packages[k] = slices.Insert(slices.Clone(list), i, p)
	case n < 0 && had && len(list) == 1:
		delete(c.packages, k)
	case n < 0 && had:
		c.packages[k] = slices.Delete(slices.Clone(list), i, i+1)
	}
}

// PackageOf implements flow.Source.
func (c *code) PackageOf(p string) string {
	if cf := c.files[p]; cf != nil {
		return cf.pkg
	}
	return ""
}
