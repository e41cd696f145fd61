"""No domain and no I/O: ids, time, errors, values, settings, registries."""
