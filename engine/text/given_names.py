"""Common given names, titles and surnames by which names of people are recognised. Torch-free."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TITLES = _words(
    """
    Mr Mrs Ms Miss Dr Prof Professor Sir Lady Lord Captain Colonel Uncle Aunt Herr Herrn Frau Fräulein Doktor
    Onkel Tante Monsieur Madame Mademoiselle Mme Mlle Oncle Señor Señora Señorita Sr Sra Don Doña Tío Tía
    """
)

GIVEN_NAMES = _words(
    """
    Aaron Abigail Ada Adam Adèle Adrian Agatha Agnes Ahmed Aisha Alan Albert Alejandro Alex Alexander Alexandra
    Alfred Ali Alice Amanda Amelia Amélie Amy Ana Andrea Andreas Andrew Angela Anita Anja Anke Anna Anne Annette
    Anthony Antoine Antonio Arthur Astrid Aurélie Barbara Beatrice Ben Benedikt Benjamin Bernard Bernd Beth
    Betty Bill Birgit Björn Bob Brian Brigitte Bruno Camille Carla Carlos Carmen Caroline Catherine Cécile
    Charles Charlotte Chloé Chris Christian Christina Christine Christoph Claire Clara Claudia Clémence Colette
    Cristina Daisy Daniel Daniela David Deborah Denis Diana Diego Dieter Dirk Dominik Dominique Doris Dorothy
    Edgar Edith Edward Eleanor Elena Élise Elisabeth Elizabeth Ella Ellen Emil Emily Emma Emmanuel Enrique Eric
    Erik Ernst Esther Eugen Eva Eve Evelyn Fatima Felix Fernando Florence Florian Frances Francis Francisco
    François Françoise Frank Franz Fred Frederick Frieda Friedrich Fritz Gabriel Gabriela Gabriele Georg George
    Georges Gerd Gerhard Gisela Gloria Greta Guillaume Gustav Günter Hannah Hannes Hans Harold Harry Hassan
    Heidi Heike Heinrich Heinz Helen Helena Hélène Helga Helmut Henri Henriette Henry Herbert Hermann Horst Hugo
    Ian Ines Ingrid Irene Isaac Isabel Isabelle Jack Jacob Jacques Jakob James Jan Jane Janet Jason Javier Jean
    Jeanne Jennifer Jens Jessica Jim Joachim Joan Joanna Joe Johann Johanna Johannes John Jonas Jonathan Jorge
    Josef José Joseph Juan Juana Judith Julia Julian Julie Julien Juliette Jürgen Karen Karin Karl Karoline
    Katharina Kate Katherine Kathleen Katrin Kerstin Kevin Klaus Konrad Konstantin Kurt Lara Lars Laura Laurent
    Lea Lena Leo Leon Léon Leonie Lisa Lotte Louis Louise Lucas Lucía Lucy Ludwig Luis Luisa Lukas Lydia Manfred
    Manuel Manuela Marc Marcel Margaret Margarete Maria María Marianne Marie Mario Marion Mark Markus Marta
    Martha Martin Martina Mary Mathilde Matthew Matthias Maurice Max Maximilian Melanie Mercedes Michael Michel
    Michelle Miguel Mike Mohammed Monica Monika Moritz Nadia Nancy Natalie Nathan Nicholas Nicolas Nicole Nina
    Nora Norbert Oliver Olivia Olivier Oscar Otto Pablo Patricia Patrick Paul Paula Pauline Pedro Peter Petra
    Philip Philipp Philippe Pierre Pilar Rachel Rafael Rainer Ralf Raúl Rebecca Renate René Ricardo Richard
    Robert Roberto Roger Roland Rosa Rosalie Rose Ruth Ryan Sabine Sally Samuel Sandra Sara Sarah Sebastian
    Sharon Silke Silvia Simon Simone Sofia Sophia Sophie Stefan Stefanie Stephan Stephen Steven Stéphane Susan
    Susanne Sylvia Sylvie Teresa Theodor Theresa Thérèse Thomas Tim Timothy Tobias Tom Ulrich Ulrike Ursula Uwe
    Valentina Vera Verena Véronique Victor Victoria Vincent Virginia Walter Werner Wilhelm William Wolfgang
    Xavier Yves Yvonne Zoe
    """
)

# Words that begin with a capital inside an English, French or Spanish sentence without naming anybody.
COMMON_CAPITALS = _words(
    """
    I I'm I've I'd I'll Mr Mrs Ms Miss Dr Prof Sir Madam God Lord Lady Heaven Christmas Easter Internet Monday
    Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August
    September October November December English French German Spanish Chinese American British European Latin
    Greek Roman Christian Bible TV OK PhD CEO UK USA EU DVD PDF Mother Father Mum Dad Mama Papa Chapter Part
    Book Volume
    """
)

CHINESE_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛范彭郎鲁韦马苗方俞任袁"
    "柳唐罗薛贺倪汤滕殷毕郝安常乐于傅齐康伍余顾孟平黄穆萧尹姚邵汪毛戴宋庞熊纪舒屈项董梁杜阮蓝席季贾江郭林钟徐邱高夏"
    "蔡田樊胡凌霍万柯管卢莫房丁邓洪左石崔龚程陆段侯全秋谭曾刘叶白"
)
