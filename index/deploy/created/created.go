// Package created finds where topics are created beside application code: in
// commands of Kafka's own tools, wherever they are written, in Terraform
// resources, and in the variables by which images of brokers create topics. It
// takes bytes and gives names with places; it runs nothing, and a name that it
// can't tell is none, and said to be missing.
package created

import "topicls/index/deploy"

// Found is what a file, or a folder of files, declares.
type Found struct {
	Topics []Declared
	// Open says that it declares topics whose names can't be told.
	Open bool
}

// Declared is a topic that is created somewhere.
type Declared struct {
	deploy.DeclaredTopic
	By string // by what, for people: "kafka-topics --create"
	// Default says that the name is made of a default, which may be another where
	// it is deployed.
	Default bool
}
