package config

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"topicls/index/deploy"
	"topicls/index/deploy/keys"
)

// The order of precedence and the names are those of the Spring Boot reference
// (3.3), "Externalized Configuration": command line arguments,
// SPRING_APPLICATION_JSON, system properties, the environment, files beside the
// program before packaged ones, profile-specific ones before others, imports
// before the file that imports them, .properties before YAML in one place,
// and what @PropertySource names last.

// Extra are configuration files that code names itself, in the order in which
// later ones count first: Spring's @PropertySource, .NET's AddJsonFile.
type Extra []string

// NewSpring builds the store of a Spring Boot program.
func NewSpring(p *Process, m Module, extra Extra, files Files) *Store {
	b := &springBuilder{p: p, m: m, files: files, canon: springCanon}
	s := &Store{kind: Spring, syntax: springSyntax, spell: springVariables}
	b.store = s
	s.others = func(key string) []string { return functionBindings(s, key) }
	b.top = []layer{p.options("--", springCanon)}
	if y := b.applicationJSON(); y != nil {
		b.top = append(b.top, y)
	}
	b.top = append(b.top, p.properties(springCanon), &varLayer{p: p, spell: springVariables, expands: true})
	name := b.first("spring.config.name")
	if name == "" {
		name = "application"
	}
	var bases []springDoc
	for _, n := range strings.Split("bootstrap,"+name, ",") {
		bases = append(bases, b.named(strings.TrimSpace(n), "")...)
	}
	s.Profiles = b.profiles(bases)
	// From what counts least to what counts most.
	var low []*docLayer
	for i := range extra { // @PropertySource
		for _, d := range b.location("", extra[i], nil) {
			low = append(low, d.layer)
		}
	}
	for _, outside := range []bool{false, true} {
		for _, n := range strings.Split("bootstrap,"+name, ",") {
			n = strings.TrimSpace(n)
			docs := b.named(n, "")
			for _, profile := range s.Profiles {
				docs = append(docs, b.named(n, profile)...)
			}
			for _, d := range docs {
				if d.outside == outside && b.active(d, s.Profiles) {
					low = append(low, d.layer)
					low = append(low, b.imports(d, s.Profiles, 0)...)
				}
			}
		}
	}
	if b.unread != "" {
		b.top = append(b.top, sealed(b.unread))
	}
	served, above := b.served(bases, s.Profiles)
	if !above {
		low = append(low, served...)
	}
	slices.Reverse(low)
	s.layers = b.top
	if above {
		slices.Reverse(served)
		s.docs = served
		s.layers = nil
		for _, d := range served {
			s.layers = append(s.layers, d)
		}
		s.layers = append(s.layers, b.top...)
	}
	s.docs = append(s.docs, low...)
	for _, d := range low {
		s.layers = append(s.layers, d)
	}
	return s
}

type springBuilder struct {
	store *Store
	p     *Process
	m     Module
	files Files
	canon func(string) string
	top   []layer
	// in are the places of the service's file system that are read, instead of what is
	// packaged if instead is set; both are known when placed is.
	in      []string
	instead bool
	placed  bool
	// unread says what files of the service are not known that count before the others.
	unread string
}

type springDoc struct {
	layer   *docLayer
	file    string
	outside bool // beside the program, not packaged with it
	profile string
}

// first looks a key up in what is beside files.
func (b *springBuilder) first(key string) string {
	s := &Store{kind: Spring, syntax: springSyntax, layers: b.top}
	if v, ok, _ := s.Lookup(key); ok && v[0].Status != Unknown {
		return v[0].Text
	}
	return ""
}

// applicationJSON reads the variable that holds a whole document.
func (b *springBuilder) applicationJSON() layer {
	v := b.p.variable("SPRING_APPLICATION_JSON")
	if v == nil || v.Status != deploy.VarSet {
		return nil
	}
	f := keys.JSON([]byte(v.Value), ".")
	if f.Broken || len(f.Documents) == 0 {
		return nil
	}
	y := &setLayer{set: map[string]hit{}, canon: springCanon}
	for _, e := range f.Documents[0].Entries {
		y.put(e.Key, hit{text: e.Value, steps: StepsOf(v), variable: v.Name})
	}
	return y
}

// named reads the files of a name and profile in all places, what counts least
// first.
func (b *springBuilder) named(name, profile string) []springDoc {
	if profile != "" {
		name += "-" + profile
	}
	var out []springDoc
	add := func(dir string, outside bool) {
		for _, ext := range []string{".yml", ".yaml", ".properties"} {
			p := path.Join(dir, name+ext)
			f := b.files.Read(p, "", ".")
			if f == nil {
				continue
			}
			for i := range f.Documents {
				out = append(out, springDoc{newDoc(p, &f.Documents[i], b.canon), p, outside, profile})
			}
		}
	}
	if !b.placed {
		b.in, b.instead = b.places()
		b.placed = true
	}
	if !b.instead {
		for i := len(b.m.Resources) - 1; i >= 0; i-- {
			add(b.m.Resources[i], false)
			add(path.Join(b.m.Resources[i], "config"), false)
		}
		if b.m.Dir != "" && !slices.Contains(b.m.Resources, b.m.Dir) {
			add(b.m.Dir, true)
			add(path.Join(b.m.Dir, "config"), true)
		}
	}
	for _, at := range b.in {
		out = append(out, b.inService(at, name, profile, out)...)
	}
	return out
}

// places are the folders (they end in "/") and files of the service's file system that
// the program reads, what counts least first. instead says that these are all, without
// what is packaged.
func (b *springBuilder) places() (out []string, instead bool) {
	split := func(key string) []string {
		var list []string
		for _, loc := range strings.FieldsFunc(b.first(key), func(r rune) bool { return r == ',' || r == ';' }) {
			loc = strings.TrimPrefix(strings.TrimSpace(loc), "optional:")
			if strings.HasPrefix(loc, "classpath:") {
				list = append(list, loc)
				continue
			}
			loc = strings.TrimPrefix(loc, "file:")
			at := b.p.absolute(path.Clean(loc))
			if at == "" || strings.Contains(loc, "*") {
				continue
			}
			if strings.HasSuffix(loc, "/") {
				at = strings.TrimSuffix(at, "/") + "/"
			}
			list = append(list, at)
		}
		return list
	}
	if given := split("spring.config.location"); len(given) > 0 {
		out, instead = given, true
		for i, loc := range given {
			if strings.HasPrefix(loc, "classpath:") { // all that is packaged; of one file alone nothing is known
				instead, out = false, slices.Delete(slices.Clone(given), i, i+1)
				break
			}
		}
		out = slices.DeleteFunc(out, func(loc string) bool { return strings.HasPrefix(loc, "classpath:") })
		if instead && !slices.ContainsFunc(out, b.reads) { // not known here: what is packaged may be the same
			instead = false
		}
	} else {
		for _, dir := range b.p.folders([]string{".", "config"}, isApplication) {
			out = append(out, strings.TrimSuffix(dir, "/")+"/")
		}
	}
	for _, loc := range split("spring.config.additional-location") {
		if !slices.Contains(out, loc) && !strings.HasPrefix(loc, "classpath:") {
			out = append(out, loc)
		}
	}
	return out, instead
}

// reads reports whether anything is known to be at a place.
func (b *springBuilder) reads(loc string) bool {
	if !strings.HasSuffix(loc, "/") {
		o, secret := b.p.at(b.files, loc, "", ".")
		return o != nil || secret
	}
	for _, ext := range springExts {
		if o, secret := b.p.at(b.files, loc+"application"+ext, "", "."); o != nil || secret {
			return true
		}
	}
	return false
}

var springExts = []string{".yml", ".yaml", ".properties"}

func isApplication(base string) bool {
	stem, ext := strings.TrimSuffix(base, path.Ext(base)), path.Ext(base)
	return slices.Contains(springExts, ext) && (stem == "application" || stem == "bootstrap" || strings.HasPrefix(stem, "application-"))
}

// inService reads the files of a name at a place of the service's file system, without
// those that were read already. A file that the place names itself counts for the name
// that it has.
func (b *springBuilder) inService(at, name, profile string, had []springDoc) []springDoc {
	var out []springDoc
	read := func(target string) {
		o, secret := b.p.at(b.files, target, "", ".")
		if secret {
			b.unread = "a secret is mounted as " + target + " and may set it"
		}
		if o == nil || o.mounted == nil && slices.ContainsFunc(had, func(d springDoc) bool { return d.layer.mounted == nil && d.file == o.path }) {
			return
		}
		for _, d := range o.docs(b.canon, nil) {
			out = append(out, springDoc{d, o.path, true, profile})
		}
	}
	if strings.HasSuffix(at, "/") {
		for _, ext := range springExts {
			read(at + name + ext)
		}
		return out
	}
	ext := path.Ext(at)
	if stem := strings.TrimSuffix(at, ext); profile == "" && !strings.HasPrefix(name, "bootstrap") {
		read(at)
	} else if profile != "" && strings.HasSuffix(name, "-"+profile) {
		read(stem + "-" + profile + ext)
	}
	return out
}

// text returns a key of one document as text, its elements joined by commas.
func (d *docLayer) text(key string) string {
	if h := d.find(key); len(h) > 0 {
		return h[0].text
	}
	var out []string
	for i := 0; i < 50; i++ {
		h := d.find(key + "[" + strconv.Itoa(i) + "]")
		if len(h) == 0 {
			break
		}
		out = append(out, h[0].text)
	}
	return strings.Join(out, ",")
}

// active reports whether a document counts with these profiles.
func (b *springBuilder) active(d springDoc, profiles []string) bool {
	if d.layer.text("spring.config.activate.on-cloud-platform") != "" {
		return false
	}
	on := d.layer.text("spring.config.activate.on-profile")
	if on == "" && d.profile == "" {
		on = d.layer.text("spring.profiles") // before Spring Boot 2.4
	}
	return on == "" || matchesProfiles(on, profiles)
}

// profiles finds the active profiles: those that arguments or the environment
// name, else those of the files; with what they include and the groups that
// they stand for.
func (b *springBuilder) profiles(bases []springDoc) []string {
	s := &Store{kind: Spring, syntax: springSyntax, layers: slices.Clone(b.top)}
	var plain []*docLayer
	for _, d := range bases {
		if d.layer.text("spring.config.activate.on-profile") == "" && d.layer.text("spring.profiles") == "" {
			plain = append(plain, d.layer)
		}
	}
	slices.Reverse(plain)
	for _, d := range plain {
		s.layers = append(s.layers, d)
	}
	list := func(key string) []string {
		values, ok, _ := s.Lookup(key)
		if !ok {
			return nil
		}
		var out []string
		for _, v := range values {
			if v.Status == Unknown {
				continue
			}
			for _, n := range strings.Split(v.Text, ",") {
				if n = strings.TrimSpace(n); n != "" {
					out = append(out, n)
				}
			}
		}
		return out
	}
	active := list("spring.profiles.active")
	if len(active) == 0 {
		active = list("spring.profiles.default")
	}
	if len(active) == 0 {
		active = []string{"default"}
	}
	var out []string
	var add func(name string, depth int)
	add = func(name string, depth int) {
		if slices.Contains(out, name) || depth > 8 {
			return
		}
		out = append(out, name)
		for _, member := range list("spring.profiles.group." + name) {
			add(member, depth+1)
		}
	}
	for _, n := range list("spring.profiles.include") {
		add(n, 0)
	}
	for _, n := range active {
		add(n, 0)
	}
	return out
}

// imports reads what a document imports (spring.config.import). What counts
// least comes first.
func (b *springBuilder) imports(d springDoc, profiles []string, depth int) []*docLayer {
	text := d.layer.text("spring.config.import")
	if text == "" || depth > 4 {
		return nil
	}
	var out []*docLayer
	for _, loc := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ';' }) {
		for _, in := range b.location(d.file, loc, profiles) {
			if b.active(in, profiles) {
				out = append(out, in.layer)
				out = append(out, b.imports(in, profiles, depth+1)...)
			}
		}
	}
	return out
}

// location reads the file that a location names: `optional:file:./more.yml`,
// `classpath:kafka.properties`, `file:.env[.properties]`; nothing for what is
// no file of the workspace. Files of active profiles beside it count too.
func (b *springBuilder) location(from, loc string, profiles []string) []springDoc {
	loc = strings.TrimPrefix(strings.TrimSpace(loc), "optional:")
	format := ""
	if i := strings.LastIndexByte(loc, '['); i > 0 && strings.HasSuffix(loc, "]") {
		loc, format = loc[:i], loc[i+1:len(loc)-1]
	}
	if tree, ok := strings.CutPrefix(loc, "configtree:"); ok {
		return b.tree(tree)
	}
	if strings.Contains(loc, "${") || strings.HasSuffix(loc, "/") {
		return nil
	}
	var dirs []string
	rest, classpath := strings.CutPrefix(loc, "classpath:")
	inFile := false
	if !classpath {
		rest, inFile = strings.CutPrefix(loc, "file:")
	}
	switch {
	case classpath:
		dirs = b.m.Resources
	case inFile:
		dirs = []string{b.m.Dir}
	case strings.Contains(loc, ":"): // configserver:, configtree:, vault:
		return nil
	case from == "":
		dirs = append(slices.Clone(b.m.Resources), b.m.Dir)
	default:
		dirs = []string{path.Dir(from)}
	}
	if at := b.p.absolute(rest); inFile && at != "" {
		o, secret := b.p.at(b.files, at, format, ".")
		if secret {
			b.unread = "a secret is mounted as " + at + " and may set it"
		}
		if o != nil {
			var out []springDoc
			for _, d := range o.docs(b.canon, nil) {
				out = append(out, springDoc{layer: d, file: o.path})
			}
			return out
		}
	}
	rest = strings.TrimPrefix(strings.TrimPrefix(rest, "./"), "/")
	ext := path.Ext(rest)
	stem := strings.TrimSuffix(rest, ext)
	if classpath && b.m.Others != nil { // what a module that this one depends on packages
		for _, m := range b.m.Others() {
			dirs = append(slices.Clone(dirs), m.Resources...)
		}
	}
	for _, dir := range dirs {
		var out []springDoc
		for _, name := range append([]string{rest}, variants(stem, ext, profiles)...) {
			p := path.Join(dir, name)
			f := b.files.Read(p, format, ".")
			if f == nil {
				if len(out) == 0 {
					break
				}
				continue
			}
			for i := range f.Documents {
				out = append(out, springDoc{layer: newDoc(p, &f.Documents[i], b.canon), file: p})
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

// tree reads a folder whose files are the values of keys that have their paths
// ("Using Configuration Trees").
func (b *springBuilder) tree(dir string) []springDoc {
	dir = strings.TrimSuffix(path.Clean(dir), "/") + "/"
	var out []springDoc
	for i := range b.p.Files {
		m := &b.p.Files[i]
		rel, ok := strings.CutPrefix(m.Target, dir)
		if !ok || m.Secret {
			continue
		}
		text := strings.TrimRight(m.Text, "\n")
		e := keys.Entry{Key: strings.ReplaceAll(rel, "/", "."), Value: text, At: keys.Span{End: uint32(len(text))}, Verbatim: true}
		d := newDoc(m.Pos.File, &keys.Document{Entries: []keys.Entry{e}}, b.canon)
		d.place(m)
		out = append(out, springDoc{layer: d, file: m.Pos.File})
	}
	return out
}

func variants(stem, ext string, profiles []string) []string {
	var out []string
	for _, p := range profiles {
		out = append(out, stem+"-"+p+ext)
	}
	return out
}

// springCanon makes keys equal that relaxed binding takes for the same: case,
// dashes and underscores do not count.
func springCanon(key string) string {
	if i := strings.IndexByte(key, '['); i >= 0 && !strings.ContainsAny(key[:i], "-_") && strings.ToLower(key[:i]) == key[:i] {
		return key
	}
	var b strings.Builder
	inside := false
	for i := 0; i < len(key); i++ {
		c := key[i]
		switch {
		case c == '[':
			inside = true
		case c == ']':
			inside = false
		case !inside && (c == '-' || c == '_'):
			continue
		case !inside && c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		}
		b.WriteByte(c)
	}
	return b.String()
}

// springVariables are the variables that set a key: the key itself, with
// underscores instead of dots and dashes, without dashes, and each in capitals
// (SystemEnvironmentPropertySource; reference, "Binding From Environment
// Variables").
func springVariables(key string) []string {
	flat := strings.NewReplacer(".", "_", "[", "_", "]", "")
	dots := strings.ReplaceAll(key, ".", "_")
	dashes := strings.ReplaceAll(key, "-", "_")
	both := strings.ReplaceAll(dots, "-", "_")
	bound := flat.Replace(strings.ReplaceAll(key, "-", ""))
	legacy := flat.Replace(strings.ReplaceAll(key, "-", "_"))
	list := []string{key, dots, dashes, both}
	for _, n := range []string{key, dots, dashes, both, bound, legacy} {
		list = append(list, strings.ToUpper(n))
	}
	return unique(list)
}

// matchesProfiles evaluates a profile expression: names with `!`, `&`, `|` and
// parentheses; commas are `|` (Spring Framework, Profiles.of).
func matchesProfiles(expr string, active []string) bool {
	p := &profileExpr{text: expr, active: active}
	ok := p.or(0)
	return ok && !p.bad
}

type profileExpr struct {
	text   string
	pos    int
	active []string
	bad    bool
}

func (p *profileExpr) next() byte {
	for p.pos < len(p.text) && (p.text[p.pos] == ' ' || p.text[p.pos] == '\t') {
		p.pos++
	}
	if p.pos >= len(p.text) {
		return 0
	}
	return p.text[p.pos]
}

func (p *profileExpr) or(depth int) bool {
	v := p.and(depth)
	for c := p.next(); c == '|' || c == ','; c = p.next() {
		p.pos++
		w := p.and(depth)
		v = v || w
	}
	return v
}

func (p *profileExpr) and(depth int) bool {
	v := p.not(depth)
	for p.next() == '&' {
		p.pos++
		w := p.not(depth)
		v = v && w
	}
	return v
}

func (p *profileExpr) not(depth int) bool {
	if depth > 50 {
		p.bad = true
		return false
	}
	switch c := p.next(); c {
	case '!':
		p.pos++
		return !p.not(depth + 1)
	case '(':
		p.pos++
		v := p.or(depth + 1)
		if p.next() != ')' {
			p.bad = true
		}
		p.pos++
		return v
	}
	start := p.pos
	for p.pos < len(p.text) && strings.IndexByte(" \t&|!(),", p.text[p.pos]) < 0 {
		p.pos++
	}
	if p.pos == start {
		p.bad = true
		p.pos++
		return false
	}
	return slices.Contains(p.active, p.text[start:p.pos])
}
