package main

import (
	"context"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"topicls/index/client/signatures"
)

// goProxy downloads modules and reads their source.
type goProxy struct{}

func (goProxy) name() string { return "Go" }

func (goProxy) record(ctx context.Context, dir string, packages, names []string) (string, map[string]signatures.Signature, error) {
	first := ""
	found := map[string]signatures.Signature{}
	byPackage := map[string][]string{} // names, without their package
	for _, n := range names {
		p, rest := splitGoName(n)
		byPackage[p] = append(byPackage[p], rest)
	}
	for _, pkg := range packages {
		module, version, ok := strings.Cut(pkg, "@")
		if !ok {
			version = "latest"
		}
		out, err := output(ctx, dir, nil, "go", "mod", "download", "-json", module+"@"+version)
		if err != nil {
			return "", nil, err
		}
		var got struct{ Dir, Version string }
		if err := json.Unmarshal(out, &got); err != nil {
			return "", nil, fmt.Errorf("read what go says of %s: %w", pkg, err)
		}
		if first == "" {
			first = got.Version
		}
		for p, rest := range byPackage {
			if p != module && !strings.HasPrefix(p, module+"/") {
				continue
			}
			g, err := readGoPackage(filepath.Join(got.Dir, filepath.FromSlash(strings.TrimPrefix(p, module))))
			if err != nil {
				return "", nil, err
			}
			for _, r := range rest {
				if s, ok := g.signature(r); ok {
					found[p+"."+r] = s
				}
			}
		}
	}
	return first, found, nil
}

// splitGoName splits "a/b/c.Type.Method" into its import path and the rest.
func splitGoName(n string) (pkg, rest string) {
	dir, last := path.Split(n)
	for i := range len(last) { // an exported name behind the dot: `yaml.v3.Decoder`
		if last[i] == '.' && i+1 < len(last) && last[i+1] >= 'A' && last[i+1] <= 'Z' {
			return dir + last[:i], last[i+1:]
		}
	}
	return n, ""
}

// goPackage is what a package declares.
type goPackage struct {
	types   map[string]ast.Expr
	funcs   map[string]*ast.FuncType
	methods map[string]map[string]*ast.FuncType // by receiver
	others  map[string]bool                     // variables and constants
}

func readGoPackage(dir string) (*goPackage, error) {
	g := &goPackage{types: map[string]ast.Expr{}, funcs: map[string]*ast.FuncType{}, methods: map[string]map[string]*ast.FuncType{}, others: map[string]bool{}}
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, fmt.Errorf("list package %s: %w", filepath.Base(dir), err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("read package %s: %w", filepath.Base(dir), err)
		}
		for _, d := range f.Decls {
			g.declare(d)
		}
	}
	return g, nil
}

func (g *goPackage) declare(d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			g.funcs[d.Name.Name] = d.Type
			return
		}
		r := typeName(d.Recv.List[0].Type)
		if g.methods[r] == nil {
			g.methods[r] = map[string]*ast.FuncType{}
		}
		g.methods[r][d.Name.Name] = d.Type
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				g.types[s.Name.Name] = s.Type
			case *ast.ValueSpec:
				for _, n := range s.Names {
					g.others[n.Name] = true
				}
			}
		}
	}
}

// typeName is the last name of a type: T of *T, []T, p.T and T[X].
func typeName(t ast.Expr) string {
	switch t := t.(type) {
	case *ast.Ident:
		return t.Name
	case *ast.StarExpr:
		return typeName(t.X)
	case *ast.ArrayType:
		return typeName(t.Elt)
	case *ast.Ellipsis:
		return typeName(t.Elt)
	case *ast.IndexExpr:
		return typeName(t.X)
	case *ast.IndexListExpr:
		return typeName(t.X)
	case *ast.ParenExpr:
		return typeName(t.X)
	}
	return ""
}

// signature describes "Name", "Type.Method" or "Type.Field".
func (g *goPackage) signature(name string) (signatures.Signature, bool) {
	if name == "" {
		return signatures.Signature{Kind: "module"}, true
	}
	first, member, isMember := strings.Cut(name, ".")
	if !isMember {
		if t, ok := g.types[first]; ok {
			s := signatures.Signature{Kind: "type", Keys: g.fields(first, 0)}
			switch t.(type) {
			case *ast.StructType, *ast.InterfaceType:
			default: // of another value: `StringEncoder(text)`
				s.Calls = []signatures.Params{{"0"}}
			}
			return s, true
		}
		if f := g.funcs[first]; f != nil {
			return signatures.Signature{Kind: "function", Calls: []signatures.Params{g.params(f)}}, true
		}
		return signatures.Signature{Kind: "field"}, g.others[first]
	}
	if f := g.method(first, member, 0); f != nil {
		return signatures.Signature{Kind: "function", Calls: []signatures.Params{g.params(f)}}, true
	}
	return signatures.Signature{Kind: "field"}, slices.Contains(g.fields(first, 0), member)
}

// fields lists the exported fields of a struct, with those of what it embeds.
func (g *goPackage) fields(name string, depth int) []string {
	st, ok := g.types[name].(*ast.StructType)
	if !ok || depth > 4 {
		return nil
	}
	out := map[string]bool{}
	for _, f := range st.Fields.List {
		for _, n := range f.Names {
			if n.IsExported() {
				out[n.Name] = true
			}
		}
		if len(f.Names) == 0 {
			embedded := typeName(f.Type)
			out[embedded] = true
			for _, n := range g.fields(embedded, depth+1) {
				out[n] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(out))
}

// method finds a method of a type, of what it embeds, or of an interface.
func (g *goPackage) method(name, method string, depth int) *ast.FuncType {
	if f := g.methods[name][method]; f != nil {
		return f
	}
	if depth > 4 {
		return nil
	}
	var embedded *ast.FieldList
	switch t := g.types[name].(type) {
	case *ast.StructType:
		embedded = t.Fields
	case *ast.InterfaceType:
		embedded = t.Methods
	case *ast.Ident:
		return g.method(t.Name, method, depth+1)
	default:
		return nil
	}
	for _, f := range embedded.List {
		for _, n := range f.Names {
			if ft, ok := f.Type.(*ast.FuncType); ok && n.Name == method {
				return ft
			}
		}
		if len(f.Names) == 0 {
			if m := g.method(typeName(f.Type), method, depth+1); m != nil {
				return m
			}
		}
	}
	return nil
}

func (g *goPackage) params(f *ast.FuncType) signatures.Params {
	out := signatures.Params{}
	for _, p := range f.Params.List {
		names := p.Names
		if len(names) == 0 {
			names = []*ast.Ident{{Name: fmt.Sprint(len(out))}}
		}
		keys := g.fields(typeName(p.Type), 0)
		sort.Strings(keys)
		for _, n := range names {
			text := n.Name
			if _, rest := p.Type.(*ast.Ellipsis); rest {
				text = "*" + text
			}
			if len(keys) > 0 {
				text += ":" + strings.Join(keys, ",")
			}
			out = append(out, text)
		}
	}
	return out
}
