package check

import "topicls/index/topology"

var serviceWithoutCode = Rule{
	Code:     "service-without-code",
	Severity: topology.Warning,
	Summary:  "A service is to be built or started from what the workspace does not have.",
	Doc: `A deployment file says what a service is made from, and it is not there: the folder that its image is built from, the Dockerfile, or
the program that its command starts. The service can't run as it is described, and what it produces and consumes is not known.

It becomes information when the service names an image beside its build, which may be pulled, and when nothing is in the folder, as of a
repository in another one that was not fetched.

Nothing is said of images that nothing here builds, of folders outside of the workspace, of what git leaves out (submodules, ignored
files), of names with a variable in them that is set nowhere, and of programs that may come from the base image or that a command makes while the
image is built.

**To fix it**, correct the path, or add what is missing.`,
	Example: `-- compose.yaml --
services:
  shop:
    build: ./shop
  mailer:
    build: ./mialer  #@ service-without-code:warning "mialer does not exist"
  audit:
    build: ./audit
    command: python consumer.py  #@ service-without-code:warning "there is no audit/consumer.py"
-- shop/Dockerfile --
FROM python:3.12
WORKDIR /app
COPY . .
CMD ["python", "main.py"]
-- shop/main.py --
from kafka import KafkaProducer

producer = KafkaProducer(bootstrap_servers="kafka:9092")
-- mailer/Dockerfile --
FROM python:3.12
-- audit/Dockerfile --
FROM python:3.12
WORKDIR /app
COPY . .
-- audit/main.py --
from kafka import KafkaConsumer
`,
	service: findServiceWithoutCode,
}

func findServiceWithoutCode(r *Rule, _ *world, s *topology.Service) []topology.Diagnostic {
	if s.Lack.What == "" {
		return nil
	}
	d := topology.Diagnostic{
		Code: r.Code, Severity: r.Severity, Place: s.Lack.At, Service: s.ID, Message: s.Lack.What,
		Related: []topology.Related{{Place: s.At, Message: "for " + s.Name}},
	}
	if s.Lack.Doubt != "" {
		d.Severity = topology.Information
		d.Message += " (" + s.Lack.Doubt + ")"
	}
	return []topology.Diagnostic{d}
}
