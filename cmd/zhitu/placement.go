package main

import (
	"context"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/placement"
	"github.com/zhitu/zhitu/internal/placement/simulate"
	"github.com/zhitu/zhitu/internal/service"
)

func (a *app) placementCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "placement",
		Short: "Try out how placement finds what people know",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return usageError{fault.New(fault.InvalidArgument, "say what to do: simulate", "请指定子命令：simulate")}
		},
	}
	cmd.AddCommand(a.simulateCommand())
	return cmd
}

func (a *app) simulateCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "simulate PATH... --position P",
		Short: "Place made-up people for a position of catalog files, and compare ways to ask",
		Long: "Place made-up people for a position of catalog files, and compare ways to ask. Printed is the share of all points that the\n" +
			"position rests on, asked or not, about which each way is right after a share of the questions that asking every point takes.",
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, paths []string) error {
			trial, err := a.trial()
			if err != nil {
				return usageError{err}
			}
			return a.withMemoryService(cmd.Context(), func(s *service.Service) error { return a.runSimulation(cmd.Context(), s, paths, trial) })
		},
	}
	cmd.Flags().String("position", "", "code of the position")
	cmd.Flags().Int("learners", 200, "how many people to make up")
	cmd.Flags().Float64("slip", placement.DefaultSlip, "chance that a person who knows a point answers wrong")
	cmd.Flags().Float64("guess", placement.DefaultGuess, "chance that a person who does not know it answers right")
	cmd.Flags().StringSlice("share", nil, "more shares of the questions to look at, such as 0.4 or 40%")
	cmd.Flags().Uint64("seed", 1, "another number makes up other people")
	cmd.Flags().Bool("json", false, "print the result for programs")
	linkSchemesFlag(cmd.Flags())
	readFlags(cmd.Flags())
	return cmd
}

// shares are those that are always looked at.
var shares = []float64{1. / 4, 1. / 3, 1. / 2, 1}

// mostLearners bounds how long a simulation may take by mistake.
const mostLearners = 100_000

// trial checks the settings of a simulation.
func (a *app) trial() (t simulate.Trial, err error) {
	t = simulate.Trial{Learners: a.cfg.Learners, Slip: a.cfg.Slip, Guess: a.cfg.Guess, Shares: slices.Clone(shares), Seed: a.cfg.Seed}
	if a.cfg.Position == "" {
		return t, fault.New(fault.InvalidArgument, "give --position", "请填写 --position")
	}
	if t.Learners < 1 || t.Learners > mostLearners {
		return t, fault.New(fault.InvalidArgument, "--learners is from 1 to %d", "--learners 须在 1 到 %d 之间", mostLearners)
	}
	if sound := func(x float64) bool { return x >= 0 && x < 0.5 }; !sound(t.Slip) || !sound(t.Guess) { // NaN is not sound
		return t, fault.New(fault.InvalidArgument, "--slip and --guess are chances from 0 up to, but not including, 0.5", "--slip 和 --guess 是从 0 到 0.5（不含）的概率")
	}
	for _, given := range a.cfg.Share {
		share, ok := competency.ParseShare(given)
		if !ok || share <= 0 || share > 1 {
			return t, fault.New(fault.InvalidArgument, "--share: %s is not a share such as 0.4 or 40%%", "--share：%s 不是如 0.4 或 40%% 的比例", competency.Quote(given))
		}
		t.Shares = append(t.Shares, share)
	}
	slices.Sort(t.Shares)
	t.Shares = slices.Compact(t.Shares)
	return t, nil
}

// runSimulation reads files into a store of its own and simulates over their catalog.
func (a *app) runSimulation(ctx context.Context, s *service.Service, paths []string, trial simulate.Trial) error {
	progress := a.newProgress()
	defer progress.finish()
	progress.startStage("reading the files", "读取文件")
	options, err := a.readOptions()
	if err != nil {
		return err
	}
	doc, err := options.Read(paths...)
	if err != nil {
		return err
	}
	_, err = s.Import(ctx, doc.Changes, len(doc.Problems) > 0)
	progress.finish()
	if err = a.importError(doc, err); err != nil {
		return err
	}
	snapshot, err := s.Catalog.Snapshot(ctx)
	if err != nil {
		return err
	}
	g := snapshot.Graph()
	position, ok := g.FindPosition(competency.NormalizeCode(a.cfg.Position))
	if !ok {
		return fault.New(fault.NotFound, "there is no position %s in these files", "这些文件中不存在岗位 %s", competency.Quote(a.cfg.Position))
	}
	if len(g.Requirements(position)) == 0 {
		return fault.New(fault.InvalidArgument, "the position %s requires no knowledge point: there is nothing to ask about",
			"岗位 %s 未要求任何知识点：无可提问", competency.Quote(a.cfg.Position))
	}
	progress.startStage("simulating %s", "模拟 %s 人", countPeople(trial.Learners))
	out, err := simulate.Run(ctx, g, position, trial)
	progress.finish()
	if err != nil {
		return err
	}
	if a.cfg.JSON {
		answer := simulation(g.Catalog().Positions[position].Code, trial, out)
		answer.Notices = a.problemEntries(doc.Notices)
		return a.printJSON(answer)
	}
	if err := a.printNotices(a.err, doc.Notices); err != nil {
		return err
	}
	a.showSimulation(g.Catalog().Positions[position], trial, out)
	return nil
}

type simulationAnswer struct {
	Position   string           `json:"position"`
	Points     int              `json:"points"`
	Learners   int              `json:"learners"`
	Slip       float64          `json:"slip"`
	Guess      float64          `json:"guess"`
	Seed       uint64           `json:"seed"`
	Shares     []float64        `json:"shares"`
	Strategies []strategyAnswer `json:"strategies"`
	Stop       stopAnswer       `json:"stop"`
	Kinds      []kindAnswer     `json:"kinds"`

	Notices []exchange.ProblemEntry `json:"notices"` // of the files
}

type strategyAnswer struct {
	Strategy simulate.Strategy `json:"strategy"`
	Right    []float64         `json:"right"`
}

type stopAnswer struct {
	Questions float64 `json:"questions"`
	Right     float64 `json:"right"`
	Uncertain float64 `json:"uncertain"`
}

type kindAnswer struct {
	Kind     simulate.Kind `json:"kind"`
	Learners int           `json:"learners"`
	Known    float64       `json:"known"`
	Right    []float64     `json:"right"`
	Stop     stopAnswer    `json:"stop"`
}

func simulation(position string, trial simulate.Trial, out *simulate.Outcome) simulationAnswer {
	answer := simulationAnswer{
		Position: position, Points: out.Points, Learners: trial.Learners, Slip: trial.Slip, Guess: trial.Guess, Seed: trial.Seed,
		Shares: trial.Shares, Stop: stopAnswer(out.Stop),
	}
	for _, c := range out.Curves {
		answer.Strategies = append(answer.Strategies, strategyAnswer(c))
	}
	for _, k := range out.Kinds {
		answer.Kinds = append(answer.Kinds, kindAnswer{k.Kind, k.Learners, k.Known, k.Right, stopAnswer(k.Stop)})
	}
	return answer
}

// strategies and kinds as people read them.
var (
	strategies = map[simulate.Strategy]fault.Text{
		simulate.RandomAlone:     fault.T("random order, each answer by itself", "随机提问，答案不外推"),
		simulate.Random:          fault.T("random order, answers speak of neighbours", "随机提问，沿先导关系推断"),
		simulate.HalfSplit:       fault.T("half-splitting", "二分提问"),
		simulate.MostInformative: fault.T("placement", "定位测评"),
	}
	kinds = map[simulate.Kind]fault.Text{
		simulate.Wanderer:  fault.T("learn whatever they are ready for", "学会即进，随意学习"),
		simulate.Striver:   fault.T("learn what their goals need", "为若干目标而学"),
		simulate.Forgetful: fault.T("have gaps anywhere", "处处可能有缺漏"),
		simulate.Climber:   fault.T("know less the deeper it lies", "越深知道得越少"),
	}
)

func (a *app) showSimulation(position competency.Position, trial simulate.Trial, out *simulate.Outcome) {
	name := position.Name
	if a.lang() != fault.Chinese && position.NameEN != "" {
		name = position.NameEN
	}
	a.println("%s: %s, %s, slips %s, guesses %s", "%s：%s 个知识点，模拟 %s 人，失误率 %s，猜对率 %s",
		name, fault.Count(out.Points, "point", "points"), fault.Count(trial.Learners, "made-up person", "made-up people"), formatPercent(&trial.Slip), formatPercent(&trial.Guess))
	a.println("points concluded rightly after a share of the questions:", "提问达到以下比例后，判断正确的知识点占比：")
	headings := []string{"asked 提问"}
	for _, share := range trial.Shares {
		headings = append(headings, formatPercent(&share))
	}
	t := a.newTable(headings...)
	for _, c := range out.Curves {
		t.addRow(a.scores(strategies[c.Strategy], c.Right)...)
	}
	t.print(a.out)

	share := out.Stop.Questions / float64(max(out.Points, 1))
	a.println("placement stops by itself after %s questions (%s of the points): %s right, %s uncertain",
		"定位测评平均提问 %s 次后自行结束（占知识点的 %s）：判断正确 %s，存疑 %s",
		oneDecimal(out.Stop.Questions), formatPercent(&share), formatPercent(&out.Stop.Right), formatPercent(&out.Stop.Uncertain))

	a.println("placement of people who …", "定位测评对各类人群的结果：")
	t = a.newTable(append(slices.Concat([]string{"people 人群"}, headings[1:]), "stops 结束", "right 正确", "know 已掌握")...)
	for _, k := range out.Kinds {
		if k.Learners == 0 { // fewer people than kinds
			continue
		}
		row := a.scores(kinds[k.Kind], k.Right)
		t.addRow(append(row, oneDecimal(k.Stop.Questions), formatPercent(&k.Stop.Right), formatPercent(&k.Known))...)
	}
	t.print(a.out)
}

func (a *app) scores(name fault.Text, right []float64) []string {
	row := []string{name.In(a.lang())}
	for i := range right {
		row = append(row, formatPercent(&right[i]))
	}
	return row
}

func oneDecimal(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }
