package index

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestModulesComeAndGo adds and removes modules that running programs import
// in every way there is: who runs them is what a fresh index says.
func TestModulesComeAndGo(t *testing.T) {
	const compose = `services:
  a:
    build: ./a
    command: python main.py
  b:
    build: .
    command: python b/start.py
    environment: {PYTHONPATH: /app/extra}
  c:
    build: ./c
`
	files := map[string]string{
		"compose.yaml": compose,
		"a/main.py":    "import util\nfrom lib import thing\nfrom . import near\nimport pkg.sub.mod\nimport far\n",
		"b/start.py":   "import far\nfrom pkg import sub\nfrom pkg.sub import *\nimport importlib\nimportlib.import_module(\"b.plugin\")\n",
		"c/Dockerfile": "FROM python\nCMD [\"python\", \"run.py\"]\n",
		"c/helper.py":  "X = 1\n",
	}
	modules := []string{
		"util.py", "a/util.py", "lib/__init__.py", "lib/thing.py", "a/lib.py", "a/near.py", "a/__init__.py", "pkg/sub/mod.py", "pkg/__init__.py",
		"pkg/sub/__init__.py", "b/plugin.py", "b/__init__.py", "far.py", "elsewhere/far.py", "other/far.py", "c/run.py", "c/more/x.py", "extra/far.py",
	}
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			e := newEditedWorkspace(t, files, seed)
			r := rand.New(rand.NewPCG(seed, 7))
			for range 30 {
				p := modules[r.IntN(len(modules))]
				if _, ok := e.files()[p]; ok {
					e.remove(p)
				} else {
					e.create(p, fmt.Sprintf("import kafka\nkafka.KafkaProducer().send(%q, b\"\")\n", p))
				}
				e.compare()
			}
		})
	}
}
