# Makes one table of the benchmarks of this package; passes on what else it reads.
function us(ns) { return sprintf("%.0f", ns / 1000) }
function ratio(slow, fast) { return fast > 0 ? sprintf("%.1fx", slow / fast) : "-" }

/^Benchmark(Pending|Gonum|GonumPruned|Naive|Make)\// {
	split($1, name, "/"); sub(/-[0-9]+$/, "", name[2])
	what = substr(name[1], 10); world = name[2]
	if (!(world in seen)) { seen[world] = ++worlds; order[worlds] = world }
	for (i = 3; i < NF; i += 2) m[what, world, $(i + 1)] = $i
	next
}
{ print }
END {
	if (!worlds) exit
	format = "%-20s %8s %8s | %10s %10s %7s %10s %10s | %10s %7s %7s | %9s %9s\n"
	printf "\nTimes in microseconds; ratios to gonum (closure + subgraph + topo.Sort).\n"
	printf format, "world", "closure", "pending", "pending", "gonum", "ratio", "pruned", "maps", "whole path", "ratio", "allocs", "of bound", "of best"
	for (i = 1; i <= worlds; i++) {
		w = order[i]
		gonum = m["Gonum", w, "ns/op"]; pending = m["Pending", w, "ns/op"]; path = m["Make", w, "ns/op"]
		printf format, w, m["Pending", w, "closure"], m["Pending", w, "pending"], us(pending), us(gonum), ratio(gonum, pending), \
			us(m["GonumPruned", w, "ns/op"]), us(m["Naive", w, "ns/op"]), us(path), ratio(gonum, path), m["Make", w, "allocs/op"], \
			m["Make", w, "of-bound"], m["Make", w, "of-best"]
	}
}
