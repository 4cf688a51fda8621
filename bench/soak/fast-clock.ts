// Loaded into an engine before anything else: its minutes go by SOAK_CLOCK times as fast.
const FASTER = Number(process.env.SOAK_CLOCK ?? 600);
const now = performance.now.bind(performance);
performance.now = () => now() * FASTER;
