package main

import (
	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/service"
)

func (a *app) checkCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check PATH...",
		Short: "Check catalog files, by themselves or against a store",
		Long: `Check catalog files, by themselves or against a store. With --mark, the problems of one workbook are also written into a copy of
it: comments on its cells, which are red until they are corrected, and a sheet with links. Everything else in it stays as it is.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, paths []string) error {
			if err := a.checkMarkFlags(paths); err != nil {
				return err
			}
			if a.cfg.Unmark != "" {
				return a.unmarkWorkbook(cmd.Context(), paths[0])
			}
			if a.cfg.Mark != "" {
				a.toMark = paths[0]
			}
			do := func(s *service.Service) error {
				_, err := a.runPlan(cmd.Context(), s, paths, checkOutput)
				if err == nil && a.toMark != "" && !a.cfg.JSON {
					a.println("there is nothing to mark; %s was not written", "没有可标记的问题；未写入 %s", a.cfg.Mark)
				}
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
	cmd.Flags().String("mark", "", "write the workbook with its problems marked in it to this file")
	cmd.Flags().String("unmark", "", "check nothing, and write the workbook without its marks to this file")
	readFlags(cmd.Flags())
	return cmd
}
