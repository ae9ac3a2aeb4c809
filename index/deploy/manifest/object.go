package manifest

import (
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"topicls/index/deploy"
	"topicls/index/deploy/yamldoc"
)

// podOf says where the pod's template stands in the kinds that have one. A kind
// that others use as well is told by the group of its API.
var podOf = map[string][]string{
	"Deployment":            {"spec", "template"},
	"StatefulSet":           {"spec", "template"},
	"DaemonSet":             {"spec", "template"},
	"ReplicaSet":            {"spec", "template"},
	"ReplicationController": {"spec", "template"},
	"Job":                   {"spec", "template"},
	"CronJob":               {"spec", "jobTemplate", "spec", "template"},
	"Pod":                   {},
	"Rollout":               {"spec", "template"},                 // Argo
	"DeploymentConfig":      {"spec", "template"},                 // OpenShift
	"Service":               {"spec", "template"},                 // Knative
	"ScaledJob":             {"spec", "jobTargetRef", "template"}, // KEDA
}

// applications are objects of operators that are described as the one container
// they run, by kind and group.
var applications = map[[2]string]bool{
	{"Application", "nais.io"}: true, // https://doc.nais.io/workloads/application/reference/application-spec
	{"Naisjob", "nais.io"}:     true,
}

// topicKinds say how operators' topics are called, by kind and group.
var topicKinds = map[[2]string]struct{ name, partitions []string }{
	{"KafkaTopic", "kafka.strimzi.io"}:      {[]string{"spec", "topicName"}, []string{"spec", "partitions"}},
	{"KafkaTopic", "platform.confluent.io"}: {[]string{"spec", "name"}, []string{"spec", "partitionCount"}},
	{"KafkaTopic", "kafka.banzaicloud.io"}:  {[]string{"spec", "name"}, []string{"spec", "partitions"}},
	{"Topic", "cluster.redpanda.com"}:       {[]string{"spec", "overwriteTopicName"}, []string{"spec", "partitions"}},
	{"KafkaTopic", "aiven.io"}:              {[]string{"spec", "topicName"}, []string{"spec", "partitions"}},
	{"KafkaTopic", "ibmevents.ibm.com"}:     {[]string{"spec", "topicName"}, []string{"spec", "partitions"}},
	{"KafkaTopic", "eventstreams.ibm.com"}:  {[]string{"spec", "topicName"}, []string{"spec", "partitions"}},
}

// brokerKinds are the clusters of operators, by kind and group.
var brokerKinds = map[[2]string]bool{
	{"Kafka", "kafka.strimzi.io"}:            true,
	{"Kafka", "platform.confluent.io"}:       true,
	{"KafkaCluster", "kafka.banzaicloud.io"}: true,
	{"Redpanda", "cluster.redpanda.com"}:     true,
	{"Kafka", "ibmevents.ibm.com"}:           true,
}

// object reads one object, or those of a list.
func (r *reader) object(n *yaml.Node, depth int) {
	kind := r.text(r.get(n, "kind"))
	version := r.text(r.get(n, "apiVersion"))
	if r.part && kind == "" {
		kind = r.kind
	}
	if kind == "" || version == "" && !r.part || depth > 20 || len(r.file.Objects) >= maxObjects {
		return
	}
	if strings.HasSuffix(kind, "List") {
		for _, item := range items(r.get(n, "items")) {
			r.object(item, depth+1)
		}
		return
	}
	name, named := r.scalar(r.get(n, "metadata", "name"))
	if !named {
		name, named = r.scalar(r.get(n, "metadata", "generateName"))
	}
	if !named && !r.part {
		return
	}
	if !named {
		name.Pos = r.pos(n)
	}
	o := &Object{ID: ID{Kind: kind, Namespace: r.text(r.get(n, "metadata", "namespace")), Name: name.Text}, Pos: name.Pos}
	group, _, _ := strings.Cut(version, "/")
	if !strings.Contains(version, "/") {
		group = ""
	}
	switch {
	case kind == "ConfigMap" && group == "":
		o.Map = r.configMap(n)
	case kind == "Secret" && group == "":
		o.Map = r.keys(r.get(n, "data"), r.get(n, "stringData"))
	case kind == "SealedSecret":
		o.Kind = "Secret"
		o.Map = r.keys(r.get(n, "spec", "encryptedData"))
	case kind == "ExternalSecret":
		o.Kind = "Secret"
		r.externalSecret(o, n)
	case brokerKinds[[2]string{kind, group}]:
		o.Broker = true
	case r.topic(o, n, kind, group, name):
	case isWorkload(kind, group) && testHook(r.strings(r.get(n, "metadata", "annotations"))):
		return
	case applications[[2]string{kind, group}]:
		o.Workload = r.application(n, kind, name)
	case isWorkload(kind, group) || r.part && podOf[kind] != nil:
		o.Workload = r.workload(n, kind)
	default:
		return
	}
	r.file.Objects = append(r.file.Objects, o)
}

// testHook reports whether an object is only a test of a Helm release: it is run when
// somebody asks for it, and deploys nothing.
func testHook(annotations map[string]string) bool {
	hooks := annotations["helm.sh/hook"]
	if hooks == "" {
		return false
	}
	for _, h := range strings.Split(hooks, ",") {
		if h = strings.TrimSpace(h); h != "test" && h != "test-success" && h != "test-failure" {
			return false
		}
	}
	return true
}

// isWorkload reports whether objects of a kind run containers.
func isWorkload(kind, group string) bool {
	switch kind {
	case "Service":
		return group == "serving.knative.dev"
	case "Rollout":
		return group == "argoproj.io"
	}
	_, ok := podOf[kind]
	return ok
}

func (r *reader) topic(o *Object, n *yaml.Node, kind, group string, name Scalar) bool {
	where, ok := topicKinds[[2]string{kind, group}]
	if !ok {
		return false
	}
	if s, ok := r.scalar(r.get(n, where.name...)); ok && s.Text != "" {
		name = s
	}
	partitions, err := strconv.Atoi(r.text(r.get(n, where.partitions...)))
	if err != nil {
		partitions = 0
	}
	o.Topic = &deploy.DeclaredTopic{Name: name.Text, Partitions: partitions, Pos: name.Pos}
	return true
}

// configMap reads the texts of a ConfigMap.
func (r *reader) configMap(n *yaml.Node) *Map {
	m := &Map{}
	for _, p := range r.maps.Pairs(orNothing(r.get(n, "data"))) {
		key, ok := r.scalar(p.Key)
		if !ok || !r.afford() {
			continue
		}
		e := Entry{Key: key}
		value := yamldoc.Deref(p.Value)
		switch {
		case yamldoc.IsNull(p.Value):
			e.Value.Pos = after(key.Pos)
		case value.Kind != yaml.ScalarNode:
			r.problem(p.Key, "the value of %s in a ConfigMap must be a text", key.Text)
			continue
		default:
			e.Value, _ = r.scalar(p.Value)
			e.Lines, e.Parts = r.lines(value)
			r.checkText(p.Value, key.Text)
		}
		for _, m := range p.Merged {
			if m.Kind == yaml.AliasNode {
				e.Value.Origin = append(e.Value.Origin, deploy.Step{Pos: r.pos(m), What: "<<: *" + m.Value})
			}
		}
		m.Entries = append(m.Entries, e)
	}
	m.sort()
	return m
}

// checkText reports a value that Kubernetes refuses because it isn't a text.
func (r *reader) checkText(n *yaml.Node, name string) {
	switch tag := yamldoc.Deref(n).ShortTag(); tag {
	case "!!int", "!!float", "!!bool":
		kind := "a number"
		if tag == "!!bool" {
			kind = "a boolean"
		}
		r.problem(n, "the value of %s must be in quotes: Kubernetes takes texts only, and this is %s", name, kind)
	}
}

// keys reads the keys of a Secret, and nothing else of it.
func (r *reader) keys(sections ...*yaml.Node) *Map {
	m := &Map{}
	for _, n := range sections {
		for _, p := range r.maps.Pairs(orNothing(n)) {
			if key, ok := r.scalar(p.Key); ok && r.afford() {
				m.Entries = append(m.Entries, Entry{Key: Scalar{Text: key.Text, Place: Place{Pos: key.Pos}}})
			}
		}
	}
	m.sort()
	return m
}

// externalSecret reads which keys the Secret will have that an operator makes.
func (r *reader) externalSecret(o *Object, n *yaml.Node) {
	if target, ok := r.scalar(r.get(n, "spec", "target", "name")); ok {
		o.Name, o.Pos = target.Text, target.Pos
	}
	o.Map = &Map{}
	for _, item := range items(r.get(n, "spec", "data")) {
		if key, ok := r.scalar(r.get(item, "secretKey")); ok && r.afford() {
			o.Map.Entries = append(o.Map.Entries, Entry{Key: Scalar{Text: key.Text, Place: Place{Pos: key.Pos}}})
		}
	}
	o.Map.sort()
	if r.get(n, "spec", "dataFrom") != nil || r.get(n, "spec", "target", "template") != nil {
		o.Map.More = "ExternalSecret " + o.Name + " takes keys from a store that is not read"
	}
}

// sort orders entries by key; of two with one key the later stays.
func (m *Map) sort() {
	slices.SortStableFunc(m.Entries, func(a, b Entry) int { return strings.Compare(a.Key.Text, b.Key.Text) })
	out := m.Entries[:0]
	for i, e := range m.Entries {
		if i+1 == len(m.Entries) || m.Entries[i+1].Key.Text != e.Key.Text {
			out = append(out, e)
		}
	}
	m.Entries = out
}

// entry returns an entry by key, or nil.
func (m *Map) entry(key string) *Entry {
	i, ok := slices.BinarySearchFunc(m.Entries, key, func(e Entry, key string) int { return strings.Compare(e.Key.Text, key) })
	if !ok {
		return nil
	}
	return &m.Entries[i]
}

// lines returns the places of a text's lines, or nil when they are not written
// as they are; and those of the values in lines that are edited in another form.
func (r *reader) lines(n *yaml.Node) (out []deploy.Pos, parts []deploy.Part) {
	offset := 0
	for _, at := range r.doc.Lines(n) {
		line := string(r.doc.Text.Data[at.Start:at.End])
		place := r.locate(at)
		out = append(out, place.Pos)
		if place.Raw != line && r.afford() {
			if a, b := valueIn(line); a < b {
				v := r.locate(r.doc.Text.Pos(int(at.Start)+a, int(at.Start)+b))
				parts = append(parts, deploy.Part{Start: uint32(offset + a), End: uint32(offset + b), Pos: v.Pos, Exact: v.Raw == line[a:b], Origin: v.Origin})
			}
		}
		offset += len(line) + 1
	}
	return out, parts
}

// valueIn finds the value in a line of a configuration file: behind the first colon
// or equals sign, or the dash of a list, without quotes.
func valueIn(line string) (start, end int) {
	i := strings.IndexAny(line, ":=")
	if trimmed := strings.TrimLeft(line, " "); strings.HasPrefix(trimmed, "- ") && (i < 0 || !strings.HasPrefix(line[i+1:], " ") && line[i] == ':') {
		i = len(line) - len(trimmed)
	}
	if i < 0 || strings.HasPrefix(strings.TrimSpace(line), "#") {
		return 0, 0
	}
	start, end = i+1, len(line)
	for start < end && (line[start] == ' ' || line[start] == '\t') {
		start++
	}
	for start < end && strings.IndexByte(" \t,\r", line[end-1]) >= 0 {
		end--
	}
	if end-start > 1 && (line[start] == '"' || line[start] == '\'') && line[end-1] == line[start] {
		start, end = start+1, end-1
	}
	return start, end
}

// orNothing makes a node of nil.
func orNothing(n *yaml.Node) *yaml.Node {
	if n == nil {
		return &yaml.Node{}
	}
	return n
}

// after is the empty place behind another.
func after(p deploy.Pos) deploy.Pos {
	p.Column += int(p.End - p.Start)
	p.Start = p.End
	return p
}

// Kinds lists the kinds of objects that may count.
func Kinds() []string {
	kinds := []string{"List", "ConfigMap", "Secret", "SealedSecret", "ExternalSecret"}
	for kind := range podOf {
		kinds = append(kinds, kind)
	}
	for key := range topicKinds {
		kinds = append(kinds, key[0])
	}
	for key := range applications {
		kinds = append(kinds, key[0])
	}
	for key := range brokerKinds {
		kinds = append(kinds, key[0])
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

// Own reports whether a workload may run code of the workspace: whether an image
// of its containers is not known to be somebody else's.
func (o *Object) Own() bool {
	return o.Workload != nil && slices.ContainsFunc(o.Workload.Containers, func(c Container) bool {
		return c.Image != "" && !c.Installed
	})
}
