package created

import (
	"bytes"
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"topicls/index/deploy"
)

// resource is how a provider of Terraform spells a topic.
type resource struct{ name, partitions string }

var resources = map[string]resource{
	"kafka_topic":           {"name", "partitions"},
	"confluent_kafka_topic": {"topic_name", "partitions_count"},
	"aiven_kafka_topic":     {"topic_name", "partitions"},
	"redpanda_topic":        {"name", "partition_count"},
}

// maxTerraform is the size above which a file is not read.
const maxTerraform = 1 << 20

// MayDeclare reports whether a file of Terraform may have resources of topics.
func MayDeclare(data []byte) bool { return bytes.Contains(data, []byte("_topic\"")) }

// Terraform finds the topics that the files of one folder, which is a module,
// declare: under names that are literals, made of the defaults of variables and of
// locals, or given by for_each over a list or map of those. Variables without a
// default, and what modules and data sources give, can't be told.
func Terraform(files map[string][]byte) Found {
	m := &module{
		variables: map[string]cty.Value{}, locals: map[string]hclsyntax.Expression{}, known: map[string]cty.Value{}, active: map[string]bool{},
	}
	var bodies []*hclsyntax.Body
	texts := map[*hclsyntax.Body]*deploy.Text{}
	for _, path := range slices.Sorted(maps.Keys(files)) {
		body := parseTerraform(path, files[path])
		if body == nil {
			continue
		}
		bodies = append(bodies, body)
		texts[body] = deploy.NewText(path, files[path])
		m.read(body)
	}
	var out Found
	for _, body := range bodies {
		for _, b := range body.Blocks {
			if b.Type != "resource" || len(b.Labels) != 2 {
				continue
			}
			if r, ok := resources[b.Labels[0]]; ok {
				out.add(m.topics(b, r, texts[body]))
			}
		}
	}
	return out
}

func (f *Found) add(g Found) {
	f.Topics = append(f.Topics, g.Topics...)
	f.Open = f.Open || g.Open
}

// parseTerraform parses a file, as far as it can be. The parser has been seen to
// panic on other text.
func parseTerraform(path string, data []byte) (body *hclsyntax.Body) {
	defer func() {
		if recover() != nil {
			body = nil
		}
	}()
	if len(data) > maxTerraform {
		return nil
	}
	f, _ := hclsyntax.ParseConfig(data, path, hcl.InitialPos)
	if f == nil {
		return nil
	}
	body, _ = f.Body.(*hclsyntax.Body)
	return body
}

// module is a folder's variables and locals.
type module struct {
	variables map[string]cty.Value
	locals    map[string]hclsyntax.Expression
	known     map[string]cty.Value // locals that were evaluated
	active    map[string]bool
	byDefault bool // a variable's default was asked for, if only once
}

func (m *module) read(body *hclsyntax.Body) {
	for _, b := range body.Blocks {
		switch {
		case b.Type == "variable" && len(b.Labels) == 1:
			m.variables[b.Labels[0]] = cty.DynamicVal
			if d := b.Body.Attributes["default"]; d != nil {
				if v, diags := d.Expr.Value(nil); !diags.HasErrors() && !v.IsNull() {
					m.variables[b.Labels[0]] = v
				}
			}
		case b.Type == "locals":
			for name, a := range b.Body.Attributes {
				m.locals[name] = a.Expr
			}
		}
	}
}

// value evaluates an expression; each is the element of the loop around it, or
// nil. It is unknown where it can't be told.
func (m *module) value(e hclsyntax.Expression, each *cty.Value) cty.Value {
	locals := map[string]cty.Value{}
	for _, t := range e.Variables() {
		m.byDefault = m.byDefault || t.RootName() == "var"
		if t.RootName() == "local" && len(t) > 1 {
			if a, ok := t[1].(hcl.TraverseAttr); ok {
				locals[a.Name] = m.local(a.Name)
			}
		}
	}
	vars := map[string]cty.Value{"var": cty.ObjectVal(m.variables), "local": cty.ObjectVal(locals)}
	if each != nil {
		vars["each"] = *each
	}
	v, diags := e.Value(&hcl.EvalContext{Variables: vars, Functions: functions})
	if diags.HasErrors() {
		return cty.DynamicVal
	}
	return v
}

func (m *module) local(name string) cty.Value {
	if v, ok := m.known[name]; ok {
		return v
	}
	e := m.locals[name]
	if e == nil || m.active[name] {
		return cty.DynamicVal
	}
	m.active[name] = true
	v := m.value(e, nil)
	delete(m.active, name)
	m.known[name] = v
	return v
}

// topics are those of one resource.
func (m *module) topics(b *hclsyntax.Block, r resource, text *deploy.Text) Found {
	name := b.Body.Attributes[r.name]
	if name == nil {
		return Found{Open: true}
	}
	by := "the Terraform resource " + b.Labels[0] + "." + b.Labels[1]
	var out Found
	m.byDefault, m.known = false, map[string]cty.Value{}
	declare := func(each *cty.Value) {
		v := m.value(name.Expr, each)
		byDefault := m.byDefault
		if !v.IsWhollyKnown() || v.IsNull() || v.Type() != cty.String || !isName(v.AsString()) {
			out.Open = true
			return
		}
		d := deploy.DeclaredTopic{Name: v.AsString(), Pos: namePos(name.Expr, v.AsString(), text)}
		if p := b.Body.Attributes[r.partitions]; p != nil {
			if n := m.value(p.Expr, each); n.IsWhollyKnown() && !n.IsNull() && n.Type() == cty.Number {
				f, _ := n.AsBigFloat().Int64()
				d.Partitions = int(f)
			}
		}
		m.byDefault = byDefault
		out.Topics = append(out.Topics, Declared{d, by, byDefault})
	}
	loop := b.Body.Attributes["for_each"]
	if loop == nil {
		declare(nil)
		return out
	}
	over := m.value(loop.Expr, nil)
	if !over.IsKnown() || over.IsNull() || !over.CanIterateElements() {
		return Found{Open: true}
	}
	for it := over.ElementIterator(); it.Next(); {
		k, v := it.Element()
		if over.Type().IsSetType() {
			k = v
		}
		each := cty.ObjectVal(map[string]cty.Value{"key": k, "value": v})
		declare(&each)
	}
	return out
}

// namePos is the place of a name within the expression that gives it, or the
// expression's.
func namePos(e hclsyntax.Expression, name string, text *deploy.Text) deploy.Pos {
	r := e.Range()
	start, end := r.Start.Byte, r.End.Byte
	if i := bytes.Index(text.Data[start:end], []byte(name)); i >= 0 {
		return text.Pos(start+i, start+i+len(name))
	}
	return text.Pos(start, end)
}
