package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"topicls/index/client/signatures"
)

// maven has Maven copy the jars and javap describe their classes.
type maven struct{}

func (maven) name() string { return "Maven Central" }

func (maven) record(ctx context.Context, dir string, packages, names []string) (string, map[string]signatures.Signature, error) {
	// With what they need, so that inherited members are found; where some of that
	// can't be had, without.
	err := copyJars(ctx, dir, packages, "")
	if err != nil && ctx.Err() == nil {
		err = copyJars(ctx, dir, packages, "<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>")
	}
	if err != nil {
		return "", nil, err
	}
	jars, err := filepath.Glob(filepath.Join(dir, "jars/*.jar"))
	if err != nil || len(jars) == 0 {
		return "", nil, errors.Join(errors.New("mvn copied no jar"), err)
	}
	coordinates, _, _ := strings.Cut(packages[0], "@")
	_, artifact, _ := strings.Cut(coordinates, ":")
	version := ""
	for _, j := range jars {
		if v, ok := strings.CutPrefix(strings.TrimSuffix(filepath.Base(j), ".jar"), artifact+"-"); ok && v[0] >= '0' && v[0] <= '9' {
			version = v
		}
	}
	p := javap{ctx: ctx, path: strings.Join(jars, string(filepath.ListSeparator)), classes: map[string]*javaClass{}}
	found := map[string]signatures.Signature{}
	for _, n := range names {
		if s, ok := p.signature(n); ok {
			found[n] = s
		}
	}
	return version, found, p.err
}

// copyJars has Maven copy packages and what they need to the folder jars.
func copyJars(ctx context.Context, dir string, packages []string, without string) error {
	var deps strings.Builder
	for _, p := range packages {
		coordinates, version, ok := strings.Cut(p, "@")
		if !ok {
			version = "RELEASE"
		}
		group, artifact, ok := strings.Cut(coordinates, ":")
		if !ok {
			return fmt.Errorf("%q is no group:artifact", coordinates)
		}
		fmt.Fprintf(&deps, "<dependency><groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version>%s</dependency>\n", group, artifact, version, without)
	}
	pom := `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>verify</groupId><artifactId>verify</artifactId><version>1</version>
<dependencies>` + deps.String() + `</dependencies></project>`
	if err := os.WriteFile(filepath.Join(dir, "pom.xml"), []byte(pom), 0o644); err != nil {
		return fmt.Errorf("write a pom: %w", err)
	}
	_, err := output(ctx, dir, nil, "mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=jars")
	return err
}

// javap describes classes of a class path.
type javap struct {
	ctx     context.Context
	path    string
	classes map[string]*javaClass // by name; nil when there is none
	err     error
}

type javaClass struct {
	annotation bool
	bases      []string
	calls      map[string][]signatures.Params // methods by name; "" are the constructors
	fields     []string
}

// signature describes a class, or a member of one.
func (p *javap) signature(name string) (signatures.Signature, bool) {
	i := strings.LastIndexByte(name, '.')
	if i < 0 {
		return signatures.Signature{}, false
	}
	if hasUpper(name[:i]) { // a member, or else a class within the class
		if s, ok := p.member(name[:i], name[i+1:]); ok {
			return s, true
		}
	}
	if !hasUpper(name) {
		return signatures.Signature{}, false
	}
	c := p.class(name)
	if c == nil {
		return signatures.Signature{}, false
	}
	s := signatures.Signature{Kind: "type", Calls: c.calls[""]}
	if c.annotation {
		for m := range c.calls {
			if m != "" {
				s.Keys = append(s.Keys, m)
			}
		}
		slices.Sort(s.Keys)
		if slices.Contains(s.Keys, "value") {
			s.Calls = []signatures.Params{{"value"}}
		}
	}
	return s, true
}

// member describes a member of a class.
func (p *javap) member(class, name string) (signatures.Signature, bool) {
	calls, field := p.members(class, name, map[string]bool{})
	switch {
	case len(calls) > 0:
		return signatures.Signature{Kind: "function", Calls: calls}, true
	case field || p.property(class, name):
		return signatures.Signature{Kind: "field"}, true
	}
	calls = p.extensions(class, name)
	return signatures.Signature{Kind: "function", Calls: calls}, len(calls) > 0
}

// members finds the methods of a name in a class and its bases.
func (p *javap) members(class, name string, seen map[string]bool) (calls []signatures.Params, field bool) {
	c := p.class(class)
	if c == nil || seen[class] {
		return nil, false
	}
	seen[class] = true
	calls, field = slices.Clone(c.calls[name]), slices.Contains(c.fields, name)
	for _, b := range c.bases {
		more, f := p.members(b, name, seen)
		calls, field = append(calls, more...), field || f
	}
	return calls, field
}

// property reports whether a class has a property as Kotlin has them: by its getter.
func (p *javap) property(class, name string) bool {
	getter, _ := p.members(class, "get"+strings.ToUpper(name[:1])+name[1:], map[string]bool{})
	return len(getter) > 0
}

// extensions finds Kotlin's extension functions of a class in the files of its
// package that are named after it or after the package: static methods that get
// the object first.
func (p *javap) extensions(class, name string) []signatures.Params {
	i := strings.LastIndexByte(class, '.')
	if i < 0 {
		return nil
	}
	var out []signatures.Params
	for _, file := range []string{class[i+1:], "ApplicationConfigUtils", "Utils", "Extensions"} {
		c := p.class(class[:i+1] + file + "Kt")
		if c == nil {
			continue
		}
		for _, ps := range c.calls[name] {
			if len(ps) > 0 && ps[0] == class {
				out = append(out, ps[1:])
			}
		}
	}
	return out
}

var (
	javaHeader  = regexp.MustCompile(`(?m)^(?:public |protected |private |static |final |abstract |sealed |non-sealed |strictfp )*(?:class|interface|enum|record) ([\w.$]+)(?:<.*?>)?(?: extends (.*?))?(?: implements (.*?))? \{$`)
	javaMember  = regexp.MustCompile(`^  (?:[\w.$<>\[\]?, &]+ )?([\w.$]+)\((.*)\)(?: throws .*)?;$`)
	javaField   = regexp.MustCompile(`^  [\w.$<>\[\]?, &]+ (\w+)(?: = .*)?;$`)
	javaGeneric = regexp.MustCompile(`<[^<>]*>`)
)

// class describes a class by its dotted name; nested ones have dots too.
func (p *javap) class(name string) *javaClass {
	if c, ok := p.classes[name]; ok {
		return c
	}
	p.classes[name] = nil
	binary := name
	for {
		out, err := exec.CommandContext(p.ctx, "javap", "-cp", p.path, "-protected", binary).Output()
		if p.ctx.Err() != nil {
			p.err = p.ctx.Err()
			return nil
		}
		if err == nil {
			c := parseJavap(string(out), binary)
			p.classes[name] = c
			return c
		}
		i := strings.LastIndexByte(binary, '.')
		if i < 0 || i+1 >= len(binary) || !hasUpper(binary[:i]) { // a package's name is in lower case
			return nil
		}
		binary = binary[:i] + "$" + binary[i+1:]
	}
}

// hasUpper reports whether the last name of a dotted one begins in upper case.
func hasUpper(s string) bool {
	last := s[strings.LastIndexByte(s, '.')+1:]
	return last != "" && last[0] >= 'A' && last[0] <= 'Z'
}

func parseJavap(text, binary string) *javaClass {
	for javaGeneric.MatchString(text) {
		text = javaGeneric.ReplaceAllString(text, "")
	}
	c := &javaClass{calls: map[string][]signatures.Params{}}
	if m := javaHeader.FindStringSubmatch(text); m != nil {
		for _, list := range m[2:] {
			for b := range strings.SplitSeq(list, ",") {
				if b = strings.ReplaceAll(strings.TrimSpace(b), "$", "."); b != "" {
					c.bases = append(c.bases, b)
					c.annotation = c.annotation || b == "java.lang.annotation.Annotation"
				}
			}
		}
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if m := javaMember.FindStringSubmatch(line); m != nil {
			name := m[1]
			if name == binary {
				name = ""
			}
			params := signatures.Params{}
			for t := range strings.SplitSeq(m[2], ",") {
				if t = strings.TrimSpace(t); t == "" {
					continue
				} else if rest, ok := strings.CutSuffix(t, "..."); ok {
					t = "*" + rest
				}
				params = append(params, t)
			}
			c.calls[name] = append(c.calls[name], params)
		} else if m := javaField.FindStringSubmatch(line); m != nil {
			c.fields = append(c.fields, m[1])
		}
	}
	return c
}
