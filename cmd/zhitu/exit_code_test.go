package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Exit codes say what caused a failure, and the last line says what to do.
func TestExitCodes(t *testing.T) {
	t.Parallel()
	question := []string{"--employee", "E007", "--position", "POS-DA"}
	with := func(command string, more ...string) []string {
		return append(append([]string{command}, question...), more...)
	}
	for _, c := range []struct {
		name   string
		code   int
		args   []string
		env    string
		stderr string // on stderr
	}{
		{"no command prints the help", exitOK, nil, "", ""},
		{"help", exitOK, []string{"import", "--help"}, "", ""},
		{"a question", exitOK, with("gap"), "", ""},
		{"a path", exitOK, with("path", "--budget-minutes", "60"), "", ""},
		{"a valid folder", exitOK, []string{"check", "good"}, "", "checking 1 record\n"},
		{"a dry run", exitOK, []string{"import", "good", "--dry-run"}, "", "checking 1 record\n"},
		{"a simulation", exitOK, []string{"placement", "simulate", "demanding", "--position", "POS-X", "--learners", "1"}, "", "simulating 1 person\n"},

		{"an unknown employee", exitInvalid, []string{"gap", "--employee", "E999", "--position", "POS-DA"}, "", `there is no employee "E999"`},
		{"an unknown position", exitInvalid, []string{"path", "--employee", "E007", "--position", "POS-D"}, "", `there is no position "POS-D"`},
		{"an assumption with an unknown code", exitInvalid, with("gap", "--assume-mastered", "K-NONE"), "", "K-NONE"},
		{"files with problems", exitInvalid, []string{"check", "bad"}, "", "checking 1 record\n"},
		{"an import of files with problems", exitInvalid, []string{"import", "bad"}, "", "positions.csv, row 2, column code: "},
		{"a dry run of files with problems", exitInvalid, []string{"import", "bad", "--dry-run"}, "", "checking 1 record\n"},
		{"a missing folder", exitInvalid, []string{"check", "nowhere"}, "", "nowhere cannot be read: check the path and its permissions"},
		{"a folder with no catalog", exitInvalid, []string{"import", "."}, "", "the folder has no catalog files"},
		{"a simulation for a position that is not there", exitInvalid, []string{"placement", "simulate", "good", "--position", "X"}, "", `there is no position "X" in these files`},
		{"a simulation for a position without requirements", exitInvalid, []string{"placement", "simulate", "good", "--position", "POS-X"}, "", `the position "POS-X" requires no knowledge point`},
		{"a simulation of files with problems", exitInvalid, []string{"placement", "simulate", "bad", "--position", "X"}, "", "positions.csv, row 2, column code: "},
		{"a port out of range", exitInvalid, []string{"serve", "--listen", "127.0.0.1:99999"}, "", "cannot listen on 127.0.0.1:99999"},

		{"a command of commands is a call for help", exitOK, []string{"mastery"}, "", ""},
		{"a log that is not there", exitInvalid, []string{"mastery", "evaluate", "none.tsv"}, "", "none.tsv cannot be read: check the path and its permissions"},
		{"predictions into a folder that is not there", exitInvalid, []string{"mastery", "evaluate", "logs/log.tsv", "--predictions", "no/where.tsv"}, "", "no/where.tsv cannot be written"},
		{"no log", exitUsage, []string{"mastery", "evaluate"}, "", `these arguments do not fit; the form is: zhitu mastery evaluate FILE.tsv [flags]` + "\n" + `run "zhitu mastery evaluate --help" for help`},
		{"an unknown command of a command", exitUsage, []string{"mastery", "evalute"}, "", `there is no command "evalute"; did you mean evaluate?`},
		{"an unknown flag of one", exitUsage, []string{"mastery", "evaluate", "logs/log.tsv", "--best"}, "", "there is no flag --best"},

		{"an unknown command", exitUsage, []string{"imprt"}, "", `there is no command "imprt"; did you mean import?`},
		{"an unknown flag", exitUsage, with("gap", "--colour"), "", `there is no flag --colour` + "\n" + `run "zhitu gap --help" for help`},
		{"a flag without its value", exitUsage, []string{"gap", "--employee"}, "", "the flag --employee needs a value"},
		{"a flag with a value of the wrong kind", exitUsage, with("path", "--budget-minutes", "an hour"), "", `--budget-minutes: "an hour" is not a value of the kind int`},
		{"a setting with a value of the wrong kind", exitUsage, with("path"), "ZHITU_BUDGET_MINUTES=hour", `ZHITU_BUDGET_MINUTES: "hour" is not a whole number`},
		{"a time without a unit", exitUsage, []string{"serve", "--query-timeout", "10"}, "", `--query-timeout: "10" has no unit: write 10s for seconds`},
		{"a variable that is no setting", exitOK, with("gap"), "ZHITU_STOR=x", `there is no setting for the variable "ZHITU_STOR": it is passed over; did you mean ZHITU_STORE?`},
		{"a level that is none", exitUsage, []string{"serve"}, "ZHITU_LOG_LEVEL=loud", "ZHITU_LOG_LEVEL: \"loud\" is none of debug, info, warn, error"},
		{"a proxy that is none", exitUsage, []string{"serve", "--trusted-proxies", "10.0.0.1,proxy.example"}, "", `--trusted-proxies: "proxy.example" is neither an address`},
		{"other machines with a weak token", exitUsage, []string{"serve", "--listen", "0.0.0.0:0"}, "ZHITU_TOKEN=changeme", "ZHITU_TOKEN: the token has 8 characters, and takes at least 16"},
		{"a secret on the command line", exitUsage, []string{"serve", "--token", "x"}, "", "there is no flag --token"},
		{"no employee", exitUsage, []string{"gap", "--position", "POS-DA"}, "", "give --employee and --position"},
		{"an invalid time", exitUsage, with("gap", "--at", "yesterday"), "", `--at: "yesterday" is not a time: write it as`},
		{"too many arguments", exitUsage, with("gap", "E008"), "", `run "zhitu gap --help" for help`},
		{"an import without files", exitUsage, []string{"import"}, "", "these arguments do not fit"},
		{"an export without a folder", exitUsage, []string{"export"}, "", "these arguments do not fit"},
		{"placement without a subcommand", exitUsage, []string{"placement"}, "", "say what to do: simulate"},
		{"an unknown command of placement", exitUsage, []string{"placement", "simulat"}, "", `run "zhitu placement --help" for help`},
		{"insight into too many points", exitUsage, []string{"insight", "--first", "201"}, "", "--first: give a number from 0 to 200"},
		{"insight with too few people", exitUsage, []string{"insight", "--min-people", "0"}, "", "--min-people: give a number of at least 1"},
		{"a group given twice", exitUsage, []string{"team", "--org-unit", "ORG-IT", "--line", "E001"}, "", "give one of --org-unit, --line and --incumbents-of"},
		{"two forms at once", exitUsage, []string{"risks", "--json", "--csv"}, "", "give one of --json and --csv"},
		{"candidates without a position", exitUsage, []string{"candidates"}, "", "these arguments do not fit"},
		{"candidates without a row", exitUsage, []string{"candidates", "POS-DA", "--first", "0"}, "", "--first: give a number from 1 to 10000"},
		{"training of an unknown pool", exitUsage, []string{"train", "POS-DA", "--pool", "some"}, "", `--pool: "some" is none of incumbents, all`},
		{"training for nobody", exitInvalid, []string{"train", "POS-DA", "--holders", "0"}, "", "holders must be from 1 to 100, not 0"},
		{"a tier that is none", exitInvalid, []string{"team", "--tier", "-1"}, "", "tier must be at least 0, not -1"},
		{"a simulation without files", exitUsage, []string{"placement", "simulate"}, "", "these arguments do not fit"},
		{"a simulation without a position", exitUsage, []string{"placement", "simulate", "good"}, "", "give --position"},
		{"a simulation without learners", exitUsage, []string{"placement", "simulate", "good", "--position", "POS-X", "--learners", "0"}, "", "--learners is from 1 to"},
		{"slip and guess above one", exitUsage, []string{"placement", "simulate", "good", "--position", "POS-X", "--guess", "0.5"}, "", "--slip and --guess are chances"},
		{"a slip that is not a number", exitUsage, []string{"placement", "simulate", "good", "--position", "POS-X", "--slip", "NaN"}, "", "--slip and --guess are chances"},
		{"a share above one", exitUsage, []string{"placement", "simulate", "good", "--position", "POS-X", "--share", "0.5,2"}, "", `--share: "2" is not a share such as 0.4 or 40%`},
		{"a copy of one store", exitUsage, []string{"copy", "--from", "sqlite:a.db"}, "", "give --from and --to"},
		{"an import into memory", exitUsage, []string{"import", "good", "--store", "memory:"}, "", "it is for serve alone; give sqlite:FILE"},
		{"a question to memory", exitUsage, with("gap", "--store", "memory:"), "", "it is for serve alone"},
		{"a store of unknown kind", exitUsage, with("gap", "--store", "zhitu.db"), "", `--store: "zhitu.db" names no store; give sqlite:FILE`},
		{"other machines without a token", exitUsage, []string{"serve", "--listen", "0.0.0.0:0"}, "", "set ZHITU_TOKEN"},
		{"all addresses without a token", exitUsage, []string{"serve", "--listen", ":0"}, "", "set ZHITU_TOKEN"},
		{"an origin that is none", exitUsage, []string{"serve", "--allowed-origins", "https://a.example/path"}, "", `--allowed-origins: "https://a.example/path" is not an origin`},
		{"all origins", exitUsage, []string{"serve"}, "ZHITU_ALLOWED_ORIGINS=*", `ZHITU_ALLOWED_ORIGINS: "*" is not an origin`},
		{"a frame that is none", exitUsage, []string{"serve", "--frame-ancestors", "lms.example"}, "", `--frame-ancestors: "lms.example" is not an origin`},
		{"a base path that is none", exitUsage, []string{"serve", "--base-path", "zhitu"}, "", `--base-path: "zhitu" is not a path such as /zhitu`},
		{"two base paths", exitUsage, []string{"serve", "--base-path", "/a", "--public-url", "https://a.example/b"}, "", `--base-path: public-url ends with another path: /b`},
		{"a public address that is none", exitUsage, []string{"serve", "--public-url", "zhitu.example"}, "", `--public-url: "zhitu.example" is not an address`},
		{"a certificate without its key", exitUsage, []string{"serve", "--tls-cert", "cert.pem"}, "", "--tls-cert: the key is missing"},
		{"a key without its certificate", exitUsage, []string{"serve", "--tls-key", "key.pem"}, "", "--tls-key: the certificate is missing"},
		{"a certificate that is none", exitUsage, []string{"serve", "--tls-cert", "none.pem", "--tls-key", "none.pem"}, "", "--tls-cert: the certificate cannot be used"},
		{"a demo for other machines", exitUsage, []string{"serve", "--demo", "--listen", "0.0.0.0:0"}, "", "--demo: a demo lets everybody be anybody"},
		{"an invalid address", exitUsage, []string{"serve", "--listen", "here"}, "", `--listen: "here" is not an address such as 127.0.0.1:8080`},

		{"a missing store", exitUnavailable, with("gap", "--store", "sqlite:none.db"), "", "there is no store none.db: import a catalog into it first, or name another with --store\n"},
		{"a copy from a missing store", exitUnavailable, []string{"copy", "--from", "sqlite:none.db", "--to", "sqlite:a.db"}, "", "there is no store none.db"},
		{"a check against a missing store", exitUnavailable, []string{"check", "good", "--store", "sqlite:none.db"}, "", "there is no store none.db"},
		{"a file that is not a store", exitUnavailable, with("gap", "--store", "sqlite:noise.db"), "", "the store noise.db cannot be opened"},
		{"an import into a file that is not a store", exitUnavailable, []string{"import", "good", "--store", "sqlite:noise.db"}, "", "the store noise.db cannot be opened"},
		{"a store whose pages are damaged", exitUnavailable, with("gap", "--store", "sqlite:damaged.db"), "", "damaged.db"},
		{"a store in a missing folder", exitUnavailable, []string{"import", "good", "--store", "sqlite:no/where.db"}, "", "the directory"},
		{"a store that is a folder", exitUnavailable, []string{"serve", "--store", "sqlite:good"}, "", "it is a directory"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			sh := newSeededShell(t, c.env)
			sh.writeFile("good/positions.csv", "code,name\nPOS-X,新岗位\n")
			sh.writeFile("demanding/positions.csv", "code,name\nPOS-X,新岗位\n")
			sh.writeFile("demanding/knowledge_points.csv", "code,name\nK-X,知识点\n")
			sh.writeFile("demanding/requirements.csv", "position,target\nPOS-X,K-X\n")
			sh.writeFile("bad/positions.csv", "code,name\nPOS X,新岗位\n")
			sh.writeFile("logs/log.tsv", "user_id\titem_id\tcorrect\tskill_id\na\tx\t1\tk\n")
			noise := strings.Repeat("noise", 2000)
			sh.writeFile("noise.db", noise)
			whole, err := os.ReadFile(filepath.Join(sh.dir, "zhitu.db"))
			require.NoError(t, err)
			sh.writeFile("damaged.db", string(whole[:8192])+strings.Repeat("\xee", len(whole)-8192))

			r := sh.run(c.args...)
			require.Equal(t, c.code, r.code, r.err)
			require.Contains(t, r.err, c.stderr)
			require.NotContains(t, r.err, "<nil>")
			require.NotContains(t, r.err, "panic")
			switch {
			case c.code == exitOK:
				require.NotEmpty(t, r.out)
			case strings.HasPrefix(c.stderr, "checking"): // the problems are the result
				require.Contains(t, r.out, "1 problem; nothing was written")
			default:
				require.Empty(t, r.out)
			}
			left, err := os.ReadFile(filepath.Join(sh.dir, "noise.db"))
			require.NoError(t, err)
			require.Equal(t, noise, string(left))
		})
	}
}

// An answer that could not be written must not end with exit code 0.
func TestFullDiskFails(t *testing.T) {
	t.Parallel()
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("this machine has no /dev/full")
	}
	defer full.Close()
	sh := newSeededShell(t)
	cmd := sh.command("gap", "--employee", "E007", "--position", "POS-DA", "--json")
	cmd.Stdout = full
	require.Error(t, cmd.Run())
	require.Equal(t, exitInvalid, cmd.ProcessState.ExitCode())
}

func TestErrorsAsJSON(t *testing.T) {
	t.Parallel()
	sh := newSeededShell(t)
	r := sh.run("gap", "--employee", "E999", "--position", "POS-DA", "--json", "--lang", "zh-CN")
	require.Equal(t, exitInvalid, r.code)
	require.JSONEq(t, `{"error": {"code": "NOT_FOUND", "message": "不存在员工 \"E999\"；是否应为 E009 (林芷晴)？"}}`, r.out)
	require.Empty(t, r.err)

	r = sh.run("path", "--employee", "E007", "--position", "POS-DA", "--json", "--store", "sqlite:none.db")
	require.Equal(t, exitUnavailable, r.code)
	require.JSONEq(t, `{"error": {"code": "UNAVAILABLE", "message": "there is no store none.db: import a catalog into it first, or name another with --store"}}`, r.out)
}
