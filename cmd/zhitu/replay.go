package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/store"
)

func (a *app) replayCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "replay",
		Short: "Recompute all mastery states from the evidence, such as after an update of the model or of item difficulties",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			model, err := a.parameters()
			if err != nil {
				return err
			}
			return a.withStore(cmd.Context(), a.cfg.Store, openOrCreate, func(st store.Store) error {
				s, err := a.newService(cmd.Context(), a.cfg.Store, st, layersConfig{Model: model})
				if err != nil {
					return err
				}
				return a.replayEvidence(cmd.Context(), s)
			})
		},
	}
	storeFlag(cmd)
	parametersFlag(cmd)
	cmd.Flags().Bool("json", false, "print the result for programs")
	return cmd
}

func (a *app) replayEvidence(ctx context.Context, s *service.Service) error {
	progress := a.newProgress()
	defer progress.finish()
	people := 0
	changed, err := s.People.Replay(ctx, func(n int) {
		people = n
		progress.startStage("replaying the evidence of %s", "重新计算 %s 名员工的证据", countPeople(n))
	})
	if err != nil {
		return err
	}
	progress.finish()
	if a.cfg.JSON {
		return a.printJSON(map[string]any{"ok": true, "people": people, "changed": changed})
	}
	a.println("recomputed the states of %s: %d of them changed", "已重新计算 %s 名员工的证据：其中 %d 名的掌握状态有变化", countPeople(people), changed)
	return nil
}
