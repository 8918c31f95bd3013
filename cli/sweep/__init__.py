"""Many solves on many machines.

A sweep is riddles, seeds and options (:mod:`plan`); what a solve needs travels as bytes by its hash (:mod:`parcel`);
workers of dask.distributed solve (:mod:`work`); what they found is kept line by line as it comes (:mod:`journal`);
:mod:`spread` drives all of it and knows nothing of riddles; :mod:`table` writes Parquet, a summary and a plot;
:mod:`pooled` makes one posterior of many chains.
"""
