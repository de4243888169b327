package placement

// blockSize is how many nodes reduce handles at a time, which bounds its memory.
const blockSize = 64 * 64

// reduce removes the edges that others imply (a transitive reduction), and then
// links the network. It costs O(nodes/64 · edges) for each block of nodes.
func (b *builder) reduce() {
	n := len(b.nodes)
	redundant := make([]bool, len(b.inputs))
	words := (min(n, blockSize) + 63) / 64
	implied := make([]uint64, n*words) // node → which nodes of the block hold where it does
	for first := 0; first < n; first += blockSize {
		b.markRedundant(int32(first), words, implied, redundant)
	}
	inputs := b.inputs
	b.inputs = make([]int32, 0, len(inputs))
	for v := range b.nodes {
		n := &b.nodes[v]
		lo := int32(len(b.inputs))
		for e := n.in.lo; e < n.in.hi; e++ {
			if !redundant[e] {
				b.inputs = append(b.inputs, inputs[e])
			}
		}
		n.in = span{lo, int32(len(b.inputs))}
		if n.kind == OrGate && n.in.hi-n.in.lo == 1 {
			n.kind = AndGate // no choice is left
		}
	}
	b.linkOutputs()
}

// markRedundant marks the redundant edges from the nodes of one block.
func (b *builder) markRedundant(first int32, words int, implied []uint64, redundant []bool) {
	clear(implied)
	impliedBy := func(v int32) []uint64 { return implied[int(v)*words : (int(v)+1)*words] }
	inBlock := func(u int32) bool { return u >= first && u < first+blockSize }
	implies := func(v, u int32) bool { return impliedBy(v)[(u-first)/64]>>((u-first)%64)&1 == 1 }
	for v := first; v < int32(len(b.nodes)); v++ { // earlier nodes imply none of the block
		n, own := &b.nodes[v], impliedBy(v)
		for e := n.in.lo; e < n.in.hi; e++ {
			u := b.inputs[e]
			for f := n.in.lo; f < n.in.hi; f++ {
				other := b.inputs[f]
				switch {
				case f == e || !inBlock(u):
				case n.kind != OrGate && implies(other, u):
					redundant[e] = true // the other input implies this one
				case n.kind == OrGate && implies(other, u):
					redundant[f] = true // the other input adds nothing to the choice
				}
			}
			if n.kind != OrGate {
				for i, bits := range impliedBy(u) {
					own[i] |= bits
				}
			}
		}
		if inBlock(v) {
			own[(v-first)/64] |= 1 << ((v - first) % 64)
		}
	}
}
