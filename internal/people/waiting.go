package people

// WaitingEvidence returns how many pieces of evidence wait for the next commit.
func (p *People) WaitingEvidence() int {
	p.batcher.mu.Lock()
	defer p.batcher.mu.Unlock()
	return p.batcher.waiting
}
