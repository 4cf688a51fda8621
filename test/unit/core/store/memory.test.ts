import { memoryStore } from '#core/store/memory.ts';
import { storeContract } from './contract.ts';

storeContract('memory', { versioned: false, open: () => memoryStore() });
storeContract('memory with versions', { versioned: true, open: () => memoryStore({ versioned: true }) });
