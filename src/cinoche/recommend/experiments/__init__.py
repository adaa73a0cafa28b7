"""Experiments: who sees which way of recommending, and what the log says of it afterwards.

``design`` says who is in which arm, ``interleave`` mixes two lists fairly, ``estimators`` draw values with intervals
from what was logged, ``simulate`` is a world whose truth is known, on which all of it is tried; ``tally`` sums the log
up in bounded memory, and ``board`` starts and stops experiments by events in the log.
"""
