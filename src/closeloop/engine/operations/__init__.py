"""Operations: what a company's people do to a record in one step, said as data: require, set, create, move."""
