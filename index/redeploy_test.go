package index

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"topicls/index/source"
)

// What a Dockerfile installs says whether a service runs the code around it,
// whatever the Dockerfile is called.
func TestDockerfileOfAnyName(t *testing.T) {
	files := map[string]string{
		"compose.yaml":     "services:\n  shop:\n    build:\n      context: shop\n      dockerfile: image.build\n",
		"shop/image.build": "FROM example/node:22\nCOPY . /app\n",
		"shop/main.py":     "from kafka import KafkaProducer\n\nKafkaProducer().send(\"orders\", b\"\")\n",
	}
	w := openFiles(t, files)
	before := w.Snapshot().File("shop/main.py")[0].Services
	files["shop/image.build"] = "FROM example/python:3.12\nCOPY . /app\n"
	got := w.Apply(source.Opened("shop/image.build", []byte(files["shop/image.build"]))).File("shop/main.py")[0].Services
	want := openFiles(t, files).Snapshot().File("shop/main.py")[0].Services
	if diff := cmp.Diff(want, got); diff != "" || cmp.Equal(before, got) {
		t.Errorf("services %v, then %v:\n%s", before, got, diff)
	}
}

// Choosing an environment gives what opening the workspace with it does, and
// choosing none again what it was before.
func TestChoose(t *testing.T) {
	files := map[string]string{
		"docker-compose.yaml":         "services:\n  shop:\n    build: shop\n    environment:\n      TOPIC: orders\n  mail:\n    build: mail\n    environment:\n      TOPIC: orders\n",
		"docker-compose.staging.yaml": "services:\n  shop:\n    build: shop\n    environment:\n      TOPIC: orders-staging\n  audit:\n    build: audit\n    environment:\n      TOPIC: orders-staging\n",
	}
	for _, d := range []string{"shop", "mail", "audit"} {
		files[d+"/Dockerfile"] = "FROM python:3.12\nCOPY . /app\nWORKDIR /app\nCMD [\"python\", \"main.py\"]\n"
		files[d+"/main.py"] = "import os\nfrom kafka import KafkaProducer\n\nKafkaProducer().send(os.environ[\"TOPIC\"], b\"\")\n"
	}
	w := openFiles(t, files)
	for _, env := range []string{"compose:staging", "", "compose:staging"} {
		got, err := w.Choose(env)
		if err != nil {
			t.Fatal(err)
		}
		dir := writeFiles(t, files)
		fresh, err := Open(t.Context(), dir, Options{Environment: env})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(stateOf(t, fresh.Snapshot(), dir), stateOf(t, got, w.Snapshot().Files().Root())); diff != "" {
			t.Errorf("%q: -fresh +chosen\n%s", env, diff)
		}
		if n := len(got.File("mail/main.py")); n != map[string]int{"": 1}[env] {
			t.Errorf("%q: %d endpoints in a service that it does not deploy", env, n)
		}
	}
	none, err := w.Choose("")
	if err != nil {
		t.Fatal(err)
	}
	if s := none.Service("code:audit"); s == nil || !slices.Equal(s.DeployedIn, []string{"compose:staging"}) {
		t.Errorf("what another environment deploys alone: %+v", s)
	}
	edited := w.Apply(source.Opened("docker-compose.staging.yaml", []byte("services: {}\n")))
	if s := edited.Service("code:audit"); s == nil || len(s.DeployedIn) != 0 {
		t.Errorf("what none deploys: %+v", s)
	}
	if _, err := w.Choose("compose:nothing"); err == nil {
		t.Error("an environment that there is none of was chosen")
	}
}
