package main

import (
	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/service"
)

func (a *app) checkCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check PATH...",
		Short: "Check catalog files, by themselves or against a store",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, paths []string) error {
			do := func(s *service.Service) error {
				_, err := a.runPlan(cmd.Context(), s, paths, true)
				return err
			}
			if a.cfg.Store == "" {
				return a.withMemoryService(cmd.Context(), do)
			}
			return a.withService(cmd.Context(), a.cfg.Store, openExisting, do)
		},
	}
	cmd.Flags().String("store", "", "resolve references to what is in this store too")
	migrateFlag(cmd)
	planFlags(cmd.Flags())
	linkSchemesFlag(cmd.Flags())
	cmd.Flags().Bool("json", false, "print the result for programs")
	readFlags(cmd.Flags())
	return cmd
}
