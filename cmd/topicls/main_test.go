package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// asProgram makes the test's binary the program, for tests that need a process.
const asProgram = "TOPICLS_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(run())
	}
	testscript.Main(m, map[string]func(){"topicls": func() { os.Exit(run()) }})
}

// The scripts run the program as a person does.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error { // nothing is kept outside of the script's folder
			env.Setenv("TOPICLS_CACHE_DIR", filepath.Join(env.WorkDir, ".cache"))
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exitcode": exitCode,
			"binary":   binary,
		},
		UpdateScripts: os.Getenv("UPDATE") != "",
	})
}

// exitCode runs a command and checks its exit code: exitcode 2 topicls scan.
func exitCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exitcode N command [args]")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := "0"
	if err != nil {
		if e, ok := err.(interface{ ExitCode() int }); ok {
			code = string(rune('0' + e.ExitCode()))
		} else {
			ts.Fatalf("%s: %v", args[1], err)
		}
	}
	if code != args[0] {
		ts.Fatalf("%v exited with %s, want %s", args[1:], code, args[0])
	}
}

// binary writes a file of bytes that are no text: binary FILE N.
func binary(ts *testscript.TestScript, _ bool, args []string) {
	data := make([]byte, 4096)
	for i := range data {
		data[i] = byte(i * 7)
	}
	data = append([]byte("from kafka import KafkaProducer\n"), data...)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), data, 0o644))
}
