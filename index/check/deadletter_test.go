package check_test

import (
	"testing"

	"topicls/index/check"
)

func TestDeadLetterBase(t *testing.T) {
	for _, c := range []struct {
		name, base string
		ok         bool
	}{
		{"DLQ-model-training", "model-training", true},
		{"dlq.orders", "orders", true},
		{"dlq_orders", "orders", true},
		{"orders.DLT", "orders", true},
		{"orders-dlt", "orders", true},
		{"orders_dlq", "orders", true},
		{"orders-dead-letter", "orders", true},
		{"orders-dead-letters", "orders", true},
		{"orders.dead_letter_queue", "orders", true},
		{"orders.deadletter", "orders", true},
		{"orders.dead", "orders", true},
		{"orders-retry", "orders", true},
		{"orders-retry-0", "orders", true},
		{"orders-retry-5000", "orders", true},
		{"ordersDLQ", "orders", true},
		{"orders.dlq.v1", "orders.v1", true},
		{"DLQ-*", "*", true},
		{"dlq", "", true},
		{"dead-letters", "", true},
		{"orders", "", false},
		{"retry", "", false},
		{"retry-orders", "", false},
		{"payment-failed", "", false},
		{"dead-stock-items", "", false},
		{"dltable", "", false},
		{"deadline-alerts", "", false},
		{"", "", false},
	} {
		base, ok := check.DeadLetterBase(c.name)
		if base != c.base || ok != c.ok {
			t.Errorf("DeadLetterBase(%q) = %q, %v, want %q, %v", c.name, base, ok, c.base, c.ok)
		}
	}
}
