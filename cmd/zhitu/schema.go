package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/graph"
)

func (a *app) schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the GraphQL schema, for tools that generate code",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprint(a.out, graph.SDL())
			return err
		},
	}
}
